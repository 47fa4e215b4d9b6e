import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HeapUse } from '../heap-use.js';
import { npuCount, SIDES } from '../specs.js';
import type { Figure, Suite } from '../suite.js';

/** A fresh process per measurement, with a young generation so large that nothing is collected meanwhile. */
function heapUse(side: number): HeapUse {
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
  const script = fileURLToPath(new URL('../heap-use.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, String(side)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as HeapUse;
}

/** Memory of one simulation, small and large: it must not depend on the number of NPUs. */
export const memory: Suite = {
  name: 'memory',
  about: 'heap of one all-reduce of 64 chunks: all that is allocated on the way, and what the result holds on to',
  figures: () => {
    const figures: Figure[] = [];
    for (const side of [SIDES[0], SIDES.at(-1)] as number[]) {
      const use = heapUse(side);
      for (const what of ['allocated', 'retained'] as const) {
        const base = figures.find(({ name }) => name.endsWith(what));
        figures.push({
          name: `${npuCount(side)} NPUs, ${what}`,
          value: use[what],
          unit: 'B',
          ...(base === undefined ? {} : { against: { name: base.name, ratio: use[what] / base.value } }),
        });
      }
    }
    return figures;
  },
};
