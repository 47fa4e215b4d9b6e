/** A terminal line that simulates: a command of this package, or an example with Node. */
const SHELL_LINE = /^(?:\$ )?(?:npx )?(?:astra-sim-ts|AstraSim_Analytical_\w+|node (?:-\S+ )*[\w./-]+\.mjs)(?: |$)/m;

/** Examples that no page can run, and why. */
export const NOT_IN_A_PAGE = [
  { test: /\bsbatch\b|\$SLURM_|^parallel |\bkubectl\b/m, why: 'they hand work to the nodes of a cluster' },
];

/** Whether a block of code runs with this package, and how. */
export function kindOf(code, lang = '') {
  const [language] = lang.split(' ');
  if (['js', 'ts'].includes(language)) return /from 'astra-sim-ts(?:\/\w+)?'/.test(code) ? 'script' : undefined;
  if (!['', 'sh', 'bash'].includes(language)) return undefined;
  return SHELL_LINE.test(code) ? 'command' : undefined;
}
