import { ncclChoose } from '../../src/costs/nccl/choose.js';
import { NCCL_COLLECTIVES, type NcclCollective } from '../../src/costs/nccl/names.js';
import { ncclMachine } from '../../src/costs/nccl/presets.js';
import { ncclTuning } from '../../src/costs/nccl/tuning.js';
import type { Suite } from '../suite.js';

/** 8 bytes to 8 GiB. */
const SIZES = Array.from({ length: 31 }, (_, i) => 2 ** (i + 3));

/** Choosing an algorithm goes into sweeps and searches, so it must cost next to nothing. */
export const nccl: Suite = {
  name: 'nccl',
  about: 'what NCCL would choose on four DGX H100, for 31 sizes; calls per second',
  cases: () => {
    const machine = ncclMachine('dgx-h100', { nodes: 4 });
    const tuning = ncclTuning(machine);
    const choose = (collective: NcclCollective) => () => {
      let channels = 0;
      for (const bytes of SIZES) channels += ncclChoose({ collective, bytes, machine: tuning }).channels;
      return channels;
    };
    return [
      ...NCCL_COLLECTIVES.map((collective) => ({
        name: collective,
        run: choose(collective),
        work: { amount: SIZES.length, unit: 'calls' },
        target: { atLeastPerSecond: 1e6 },
      })),
      { name: 'tune a machine', run: () => ncclTuning(machine) },
    ];
  },
};
