import { unitOf } from '../../src/charts/timeline/layout.js';

/** Three significant digits, without an exponent where people would not write one. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15 || size < 1e-3) return value.toExponential(2);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** A time in the unit that fits: `501 µs`. */
export function time(ns: number): string {
  const [scale, unit] = unitOf(Math.abs(ns));
  return `${digits(ns / scale)} ${unit}`;
}

export function exactNs(ns: number): string {
  return `${ns.toLocaleString('en-US')} ns`;
}

/** Decimal units, as for bandwidths. */
export function bandwidth(bytesPerNs: number): string {
  return bytesPerNs >= 1000 ? `${digits(bytesPerNs / 1000)} TB/s` : `${digits(bytesPerNs)} GB/s`;
}

/** Binary units, as for sizes: `64 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${digits(value)} ${units[unit]}`;
}

export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1.98 ×`; factors far above 10 need no decimals. */
export function times(ratio: number): string {
  return `${ratio >= 100 ? digits(ratio) : ratio.toFixed(2)} ×`;
}

/** The library's words as a full sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
