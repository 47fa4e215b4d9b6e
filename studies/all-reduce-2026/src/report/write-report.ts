import { resolve } from 'node:path';
import { type CollectiveResult, type CollectiveSpec, simulateCollective } from 'astra-sim-ts';
import { ganttChart, renderSvg, utilisationChart } from 'astra-sim-ts/charts';
import { toPerfetto } from 'astra-sim-ts/formats';
import { type Audit, auditSteps, runAudit } from '../audit/audit.js';
import { rowsToCsv } from './csv.js';
import { renderPng } from './png.js';
import { showProgress } from './progress.js';
import { provenance } from './provenance.js';
import { ownedFiles, replaceReport } from './report-folder.js';
import { reportPage } from './report-page.js';

/** The run that is shown over time: small enough to see every chunk. */
const EXAMPLE: CollectiveSpec = {
  collective: 'all-reduce',
  topology: 'ring(8, 600 GiB/s, 500 ns) x ring(2, 75 GiB/s, 2 us)',
  size: '100 MiB',
  splits: 8,
  activeChunks: 2,
  network: 'congestion-aware',
  timeline: true,
};

export interface ReportOptions {
  readonly quick: boolean;
  readonly png: boolean;
}

/**
 * Runs the study and its audit and writes the report, all of it at the end: whatever stops the
 * run before leaves the folder as it was.
 * @throws ConfigError when the folder holds something that is not ours.
 */
export async function writeReport(
  folder: string,
  { quick, png }: ReportOptions,
  err: (text: string) => void,
): Promise<Audit> {
  const target = resolve(folder);
  ownedFiles(target);
  const progress = showProgress(auditSteps(quick) + 1, err);
  try {
    const example = simulateCollective(EXAMPLE);
    const audit = withExample(await runAudit({ quick, onProgress: progress.step }), example);
    progress.step('pictures');
    replaceReport(target, await filesOf(audit, example, png));
    return audit;
  } finally {
    progress.stop();
  }
}

function withExample(audit: Audit, { timeline = [], timeNs }: CollectiveResult): Audit {
  const subtitle = `100 MiB over 8 x 2 NPUs at 8:1, 8 chunks, 2 active, congestion-aware: ${timeNs / 1000} us`;
  const busy = (dimension: number) => `${Math.round((100 * busyNs(timeline, dimension)) / timeNs)} %`;
  const title = `The fast dimension is busy ${busy(0)} of the time, the slow one ${busy(1)}`;
  return {
    ...audit,
    figures: [
      ...audit.figures,
      {
        name: 'gantt',
        alt: 'Phases of 8 chunks of an all-reduce over two dimensions and time.',
        spec: ganttChart(timeline, { title, subtitle }),
      },
      {
        name: 'chunks-under-way',
        alt: 'Chunks under way in each dimension over time.',
        spec: utilisationChart(timeline, { title: 'Chunks under way in each dimension', subtitle }),
      },
    ],
  };
}

/** Time in which a dimension has a phase under way, ns. */
function busyNs(timeline: NonNullable<CollectiveResult['timeline']>, dimension: number): number {
  const spans = timeline.filter((span) => span.dimension === dimension).sort((a, b) => a.startNs - b.startNs);
  let busy = 0;
  let covered = 0;
  for (const { startNs, endNs } of spans) {
    busy += Math.max(0, endNs - Math.max(startNs, covered));
    covered = Math.max(covered, endNs);
  }
  return busy;
}

async function filesOf(audit: Audit, example: CollectiveResult, png: boolean) {
  const files = new Map<string, string | Uint8Array>();
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  const svgs = new Map<string, string>();
  for (const { name, spec } of audit.figures) {
    const svg = await renderSvg(spec, `${name}-`);
    svgs.set(name, svg);
    files.set(`pictures/${name}.svg`, svg);
    files.set(`pictures/${name}.vl.json`, json(spec));
    if (png) files.set(`pictures/${name}.png`, await renderPng(svg));
  }
  const points = audit.studies.map(({ name, points: published, unpublished }) => ({
    name,
    rows: [...published, ...unpublished].map(({ id, variables, timeNs, busbwGBps, ...rest }) => ({
      ...{ id, ...variables, time_ns: timeNs, busbw_GBps: busbwGBps },
      published_ns: 'publishedNs' in rest ? (rest.publishedNs as number) : null,
    })),
  }));
  for (const { name, rows } of [...points, ...audit.tables]) {
    files.set(`tables/${name}.csv`, rowsToCsv(rows));
    files.set(`tables/${name}.json`, json(rows));
  }
  const made = provenance();
  const studies = audit.studies.map(({ name, equal, headline }) => ({ name, equal, headline }));
  files.set('trace.json', JSON.stringify(toPerfetto(example.timeline ?? [])));
  files.set('index.html', reportPage(audit, svgs, made));
  files.set('report.json', json({ made, findings: audit.findings, studies }));
  return files;
}
