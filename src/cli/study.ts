import type { Command } from 'commander';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';

const EXAMPLES = `
Examples:
  $ astra-sim-ts study
  $ astra-sim-ts study active-chunks three-tiers
  $ astra-sim-ts study --json > study.json
`;

/** `astra-sim-ts study`: the published study, run again and compared. */
export function addStudyCommand(program: Command, io: Io, endWith: (code: number) => void): void {
  program
    .command('study')
    .description('run the published ASTRA-sim study again and compare every number with the published one')
    .argument('[names...]', 'tables to run (default: all)')
    .option('--json', 'print all points')
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], flags: { readonly json?: boolean }) => {
      endWith(await study(names, flags.json === true, io));
    });
}

async function study(names: readonly string[], json: boolean, io: Io): Promise<number> {
  const [{ findStudies }, { runStudy }, { antiBenefit }, { studyLines }, { antiBenefitLines }] = await Promise.all([
    import('../study/studies.js'),
    import('../study/run-study.js'),
    import('../study/anti-benefit.js'),
    import('./study-text.js'),
    import('./anti-benefit-text.js'),
  ]);
  const studies = findStudies(names).map((one) => runStudy(one));
  const sweep = studies.find(({ name }) => name === 'sweep-360');
  const benefit = sweep === undefined ? undefined : antiBenefit(sweep);
  if (json) {
    io.out(`${JSON.stringify({ studies, ...(benefit === undefined ? {} : { antiBenefit: benefit }) }, null, 2)}\n`);
  } else {
    const lines = [...studyLines(studies), ...(benefit === undefined ? [] : ['', ...antiBenefitLines(benefit)])];
    io.out(`${lines.join('\n')}\n`);
  }
  return studies.every(({ mismatches }) => mismatches.length === 0) ? EXIT.complete : EXIT.difference;
}
