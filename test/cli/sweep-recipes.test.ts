import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const main = local('../../dist/cli/main.js');
const slurm = local('../support/one-node-slurm.sh');
const { at, text } = testFolder();

/** The code blocks of one kind in docs/sweeps.md that hold a text. */
const docs = readFileSync(local('../../docs/sweeps.md'), 'utf8');
function blocks(language: string, holding: string): string[] {
  const all = [...docs.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, block]) => block as string,
  );
  return all.filter((block) => block.includes(holding));
}
function block(language: string, holding: string): string {
  const [only, ...more] = blocks(language, holding);
  if (only === undefined || more.length > 0) throw new Error(`one ${language} block with ${holding}`);
  return only;
}

const SPACE = `
base: { collective: all-reduce, size: 1 MiB, topology: "ring(\${npus}, 100 GB/s, 1 us)" }
axes: { npus: { from: 2, to: 14 }, splits: [1, 2, 4] }
`;
let whole = '';

beforeEach(async () => {
  writeFileSync(at('space.yml'), SPACE);
  whole = (await cli('sweep', at('space.yml'), '--workers', '0')).out;
  // The command, as npx finds it in a folder where the package is installed.
  mkdirSync(at('node_modules/.bin'), { recursive: true });
  writeFileSync(at('node_modules/.bin/astra-sim-ts'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(at('node_modules/.bin/astra-sim-ts'), 0o755);
  writeFileSync(at('package.json'), '{ "private": true }');
});

const bash = (script: string, env: object = {}) =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: at(),
    encoding: 'utf8',
    // With a socket to read, bash takes itself for started by rshd, and reads /etc/bash.bashrc, which breaks under -u.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
const has = (command: string) => bash(`PATH=$PATH:/usr/sbin; command -v ${command}`).status === 0;

test('GNU parallel, as printed', (context) => {
  if (!has('parallel')) context.skip('parallel is not installed');
  // This machine, without ssh.
  writeFileSync(at('nodes'), ':\n');
  const { status, stderr } = bash(block('bash', 'parallel --sshloginfile'));
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  expect(text('results.csv')).toBe(whole);
});

test('Slurm, as printed', (context) => {
  if (!['slurmctld', 'slurmd', 'sbatch', 'munged'].every(has) || process.getuid?.() !== 0) {
    context.skip('Slurm is not installed, or this is not root');
  }
  const [sweep = '', merge = '', submit = ''] = blocks('bash', 'SBATCH').concat(blocks('bash', 'sbatch --parsable'));
  writeFileSync(at('sweep.sh'), sweep);
  writeFileSync(at('merge.sh'), merge);
  mkdirSync(at('slurm'));
  const env = { SLURM_CONF: at('slurm/slurm.conf') };
  try {
    const started = bash(`"${slurm}" start "${at('slurm')}"`);
    expect([started.status, started.stderr]).toEqual([0, '']);
    // The task numbers of an array and its size are Slurm's own; so is the order of the two jobs.
    const { status, stderr } = bash(`${submit}\nwhile [[ -n $(squeue --noheader) ]]; do sleep 0.5; done`, env);
    expect([status, stderr]).toEqual([0, '']);
    expect(text('results.csv')).toBe(whole);
  } finally {
    bash(`"${slurm}" stop "${at('slurm')}"`);
  }
});

describe('Kubernetes', () => {
  const quantity = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?(m|[KMGT]i?)?$/));
  const amounts = v.strictObject({ cpu: quantity, memory: quantity });
  const name = v.pipe(v.string(), v.regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/));
  const container = v.strictObject({
    name,
    image: v.string(),
    command: v.array(v.string()),
    args: v.array(v.string()),
    env: v.optional(
      v.array(
        v.strictObject({
          name: v.string(),
          valueFrom: v.strictObject({ resourceFieldRef: v.strictObject({ resource: v.literal('limits.cpu') }) }),
        }),
      ),
    ),
    resources: v.strictObject({ requests: amounts, limits: amounts }),
    volumeMounts: v.array(v.strictObject({ name, mountPath: v.string() })),
  });
  const pod = v.strictObject({
    // A limit per index needs pods that are not restarted in place.
    restartPolicy: v.literal('Never'),
    containers: v.array(container),
    volumes: v.array(v.strictObject({ name, persistentVolumeClaim: v.strictObject({ claimName: name }) })),
  });
  /** The part of batch/v1 that the recipes use; what they misspell is no part of it. */
  const job = v.strictObject({
    apiVersion: v.literal('batch/v1'),
    kind: v.literal('Job'),
    metadata: v.strictObject({ name }),
    spec: v.strictObject({
      completionMode: v.optional(v.literal('Indexed')),
      completions: v.optional(v.pipe(v.number(), v.integer())),
      parallelism: v.optional(v.pipe(v.number(), v.integer())),
      backoffLimitPerIndex: v.optional(v.pipe(v.number(), v.integer())),
      backoffLimit: v.optional(v.pipe(v.number(), v.integer())),
      template: v.strictObject({ spec: pod }),
    }),
  });
  const manifest = (holding: string) => v.parse(job, load(block('yaml', holding)));

  /** Runs what a pod runs, with its volume in the test's folder. */
  const runPod = ({ spec }: v.InferOutput<typeof job>, env: object) => {
    const [{ command, args, volumeMounts }] = spec.template.spec.containers as [v.InferOutput<typeof container>];
    const volume = volumeMounts[0]?.mountPath as string;
    const [shell, ...flags] = command as [string, ...string[]];
    return spawnSync(shell, [...flags, ...args.map((arg) => arg.replaceAll(`${volume}/`, `${at()}/`))], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, PATH: `${at('node_modules/.bin')}:${process.env['PATH']}` },
    });
  };

  test('the pods of the indexed job and of the merge, as printed', () => {
    const sweep = manifest('completionMode');
    const { completions = 0, backoffLimitPerIndex, template } = sweep.spec;
    expect([completions, backoffLimitPerIndex]).toEqual([8, 5]);
    for (let index = completions - 1; index >= 0; index--) {
      // The CPUs of the pod, as the downward API gives them.
      const CPUS = template.spec.containers[0]?.resources.limits.cpu === '4' ? '1' : '';
      const { status, stderr } = runPod(sweep, { JOB_COMPLETION_INDEX: String(index), CPUS });
      expect([status, stderr]).toEqual([0, '']);
    }
    const { status, stderr } = runPod(manifest('sweep merge'), {});
    expect([status, stderr]).toEqual([0, '']);
    expect(text('results.csv')).toBe(whole);
  });

  test('the lines that apply them name what they make', () => {
    const lines = block('bash', 'kubectl');
    expect(lines).toContain(`job/${manifest('completionMode').metadata.name} `);
    for (const holding of ['completionMode', 'sweep merge']) {
      expect(lines).toContain(`-f ${manifest(holding).metadata.name}.yml`);
    }
  });
});
