import { type Command, Option } from 'commander';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';

const EXAMPLES = `
Examples:
  $ astra-sim-ts study
  $ astra-sim-ts study active-chunks three-tiers
  $ astra-sim-ts study --json > study.json
  $ astra-sim-ts study --report report            (takes minutes; --quick: seconds)
`;

/** `astra-sim-ts study`: the published study, run again and compared. */
export function addStudyCommand(program: Command, io: Io, endWith: (code: number) => void): void {
  program
    .command('study')
    .description('run the published ASTRA-sim study again and compare every number with the published one')
    .argument('[names...]', 'tables to run (default: all)')
    .addOption(new Option('--json', 'print all points').conflicts('report'))
    .option(
      '--report <folder>',
      'run everything, set every claim against it, and write a page with pictures and tables',
    )
    .option('--quick', 'with --report: leave out the congestion-aware runs that take minutes')
    .option('--png', 'with --report: draw the pictures as PNG too')
    .addHelpText('after', EXAMPLES)
    .action(async (names: string[], flags: StudyFlags) => {
      endWith(flags.report === undefined ? await study(names, flags.json === true, io) : await report(flags, io));
    });
}

interface StudyFlags {
  readonly json?: boolean;
  readonly report?: string;
  readonly quick?: boolean;
  readonly png?: boolean;
}

/** The report is of the whole study, whichever tables are named. */
async function report({ report: folder = '', quick = false, png = false }: StudyFlags, io: Io): Promise<number> {
  const { writeReport } = await import('./study-report.js');
  const { studies, findings } = await writeReport(folder, { quick, png }, io);
  const { findingLines } = await import('./findings-text.js');
  io.out(`${findingLines(findings).join('\n')}\nWritten: ${folder}/index.html\n`);
  return studies.every(({ mismatches }) => mismatches.length === 0) ? EXIT.complete : EXIT.difference;
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
