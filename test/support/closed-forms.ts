import type { AlgorithmName, Collective } from '../../src/index.js';

/** Bytes one rank sends in a phase over n ranks that it enters with `bytes` (docs/model.md, section 4, summed up). */
export function bytesSent(algorithm: AlgorithmName, collective: Collective, n: number, bytes: number): number {
  const share = Math.floor(bytes / n);
  if (algorithm.endsWith('halving-doubling')) {
    const steps = Math.log2(n);
    // Halves of halves, each truncated: floor(S/2) + floor(S/4) + ... + floor(S/n).
    const halves = Array.from({ length: steps }, (_, k) => Math.floor(bytes / 2 ** (k + 1)));
    const halved = halves.reduce((sum, part) => sum + part, 0);
    // At its turn the size is floor(S/2n), and then doubled once per step: 2 + 4 + ... + n times that.
    if (collective === 'all-reduce') return halved + Math.floor(bytes / (2 * n)) * (2 * n - 2);
    // S + 2S + ... + (n/2) S.
    return collective === 'reduce-scatter' ? halved : bytes * (n - 1);
  }
  switch (collective) {
    case 'all-reduce':
      return 2 * (n - 1) * share;
    case 'reduce-scatter':
      return (n - 1) * share;
    case 'all-gather':
      return (n - 1) * bytes;
    case 'all-to-all':
      // A ring passes the item for distance d on d times.
      return algorithm.endsWith('ring') ? ((n * (n - 1)) / 2) * share : (n - 1) * share;
    default:
      throw new Error(`no closed form of a ${collective}`);
  }
}
