import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Audit, runAudit } from '../analysis/audit/audit.js';
import { ConfigError, show } from '../base/errors.js';
import { renderSvg } from '../charts/render.js';
import { ganttChart, utilisationChart } from '../charts/timeline-charts.js';
import { toTrace } from '../formats/perfetto.js';
import { rowsToCsv } from '../picture/csv.js';
import { renderPng } from '../picture/png.js';
import { simulateCollective } from '../simulate.js';
import type { CollectiveSpec } from '../spec/spec.js';
import type { Io } from './io.js';
import { reportPage } from './study-report-page.js';

/** What says that a folder is a report of ours, and may be replaced. */
const MARK = 'report.json';

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
 * Runs the study and its audit and writes the report: everything into a new folder beside the
 * one asked for, which takes its place when it is complete.
 * @throws ConfigError when the folder is there and holds something else.
 */
export async function writeReport(folder: string, { quick, png }: ReportOptions, io: Io): Promise<Audit> {
  const target = resolve(folder);
  checkTarget(target, folder);
  const audit = withExample(await runAudit({ quick, onProgress: (text) => io.err(`# ${text}\n`) }));
  mkdirSync(dirname(target), { recursive: true });
  const fresh = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    await fill(fresh, audit, png, (text) => io.err(`# ${text}\n`));
    replace(target, fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  return audit;
}

function checkTarget(target: string, folder: string): void {
  if (!existsSync(target) || existsSync(join(target, MARK)) || readdirSync(target).length === 0) return;
  const expected = 'a folder that is not there yet, is empty, or holds an earlier report';
  throw new ConfigError([{ path: '--report', expected, got: show(folder) }]);
}

function replace(target: string, fresh: string): void {
  if (!existsSync(target)) {
    renameSync(fresh, target);
    return;
  }
  const old = `${fresh}-old`;
  renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true });
}

function withExample(audit: Audit): Audit {
  const { timeline = [], timeNs } = simulateCollective(EXAMPLE);
  const subtitle = `100 MiB over 8 x 2 NPUs at 8:1, 8 chunks, 2 active, congestion-aware: ${timeNs / 1000} us`;
  return {
    ...audit,
    figures: [
      ...audit.figures,
      {
        name: 'gantt',
        alt: 'Phases of 8 chunks of an all-reduce over two dimensions and time.',
        spec: ganttChart(timeline, { title: 'Chunks of an all-reduce over two dimensions', subtitle }),
      },
      {
        name: 'chunks-under-way',
        alt: 'Chunks under way in each dimension over time.',
        spec: utilisationChart(timeline, { title: 'Chunks under way in each dimension', subtitle }),
      },
    ],
  };
}

async function fill(folder: string, audit: Audit, png: boolean, onProgress: (text: string) => void): Promise<void> {
  const put = (path: string, content: string | Uint8Array) => writeFileSync(join(folder, path), content);
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  for (const part of ['pictures', 'tables']) mkdirSync(join(folder, part));
  onProgress('pictures');
  const svgs = new Map<string, string>();
  for (const { name, spec } of audit.figures) {
    const svg = await renderSvg(spec, `${name}-`);
    svgs.set(name, svg);
    put(`pictures/${name}.svg`, svg);
    put(`pictures/${name}.vl.json`, json(spec));
    if (png) put(`pictures/${name}.png`, await renderPng(svg));
  }
  const points = audit.studies.map(({ name, points: published, unpublished }) => ({
    name,
    rows: [...published, ...unpublished].map(({ id, variables, timeNs, busbwGBps, ...rest }) => ({
      ...{ id, ...variables, time_ns: timeNs, busbw_GBps: busbwGBps },
      published_ns: 'publishedNs' in rest ? (rest.publishedNs as number) : null,
    })),
  }));
  for (const { name, rows } of [...points, ...audit.tables]) {
    put(`tables/${name}.csv`, rowsToCsv(rows));
    put(`tables/${name}.json`, json(rows));
  }
  put('trace.json', JSON.stringify(toTrace(simulateCollective(EXAMPLE).timeline ?? [])));
  put('index.html', reportPage(audit, svgs));
  put(
    MARK,
    json({
      findings: audit.findings,
      studies: audit.studies.map(({ name, equal, headline }) => ({ name, equal, headline })),
    }),
  );
}
