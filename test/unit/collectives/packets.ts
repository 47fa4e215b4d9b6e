import { reduces, type TokenProgram } from '../../../src/collectives/token-program.js';

/**
 * A program as a list to read: `+1 25` is a packet of 25 bytes to the next rank, `25 R` one
 * that pays for a reduction first. In brackets those that are prepared and never sent: the
 * last receipts still pay for them.
 */
export function packets(program: TokenProgram): string[] {
  const { sends, window, bytes, offsets } = program;
  return Array.from({ length: sends + window }, (_, k) => {
    const size = `${bytes[k % bytes.length]}${reduces(program, k) ? ' R' : ''}`;
    if (k >= sends) return `(${size})`;
    return `${program.pairwise ? '±' : '+'}${offsets[k % offsets.length]} ${size}`;
  });
}
