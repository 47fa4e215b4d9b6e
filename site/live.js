// Simulates the number on the first page, in the reader's browser, after every change.
import { formatBytes, simulateAllReduce } from 'astra-sim-ts';
import { linkTo } from '../playground/src/state/link.ts';

const box = document.querySelector('.live');
const form = box.querySelector('form');
const field = (name) => form.elements.namedItem(name).value;
const put = (selector, text) => {
  box.querySelector(selector).textContent = text;
};

function duration(ns) {
  const [value, unit] = ns < 1e4 ? [ns, 'ns'] : ns < 1e7 ? [ns / 1e3, 'µs'] : [ns / 1e6, 'ms'];
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}

function show() {
  const size = formatBytes(2 ** Number(field('size')));
  const spec = { collective: 'all-reduce', topology: field('topology'), size, splits: 8, network: field('network') };
  const from = performance.now();
  const { timeNs, busbwGBps, npus, warnings, bottleneck, dimensions } = simulateAllReduce(spec);
  const ms = performance.now() - from;
  const limit = dimensions[bottleneck];
  const used =
    limit &&
    ` The links of dimension ${bottleneck} are the bottleneck, used to ${(limit.utilisation * 100).toFixed(0)} %.`;
  put('.bytes', size);
  put('output', duration(timeNs));
  put(
    '.sentence',
    `All-reduce of ${size} over ${npus} accelerators: bus bandwidth ${busbwGBps.toFixed(1)} GB/s.${used ?? ''} Simulated in your browser in ${ms.toFixed(1)} ms.`,
  );
  put('.doubt', warnings.map(({ message }) => message).join(' '));
  box.querySelector('.open').href = `playground/${linkTo(spec) ?? ''}`;
}

form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
show();
