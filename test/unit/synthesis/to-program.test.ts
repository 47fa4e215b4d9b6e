import { describe, expect, it } from 'vitest';
import type { Collective } from '../../../src/collectives/collective.js';
import { verify } from '../../../src/collectives/verify/verify.js';
import { readMsccl } from '../../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../../src/formats/msccl/write-msccl.js';
import { simulateCollective } from '../../../src/simulate.js';
import { synthesise } from '../../../src/synthesis/portfolio/portfolio.js';
import { replay } from '../../../src/synthesis/replay.js';
import { ScheduleBuilder } from '../../../src/synthesis/schedule.js';
import { toStepProgram } from '../../../src/synthesis/to-program.js';
import type { LinkGraph } from '../../../src/topology/link-graph.js';
import { graphOf, linksByName } from '../../support/graphs.js';

const MESH = graphOf(9, linksByName('mesh-3x3'), { latencyNs: 50 });
/** Four NPUs on a switch. */
const STAR: LinkGraph = {
  npus: 4,
  devices: 5,
  links: [0, 1, 2, 3].flatMap((npu) => [
    { from: npu, to: 4, bandwidth: 2, latency: 10 },
    { from: 4, to: npu, bandwidth: 2, latency: 10 },
  ]),
};

function topologyOf({ npus, devices, links }: LinkGraph) {
  const name = (device: number) => (device < npus ? device : `s${device}`);
  return {
    npus,
    switches: Array.from({ length: devices - npus }, (_, k) => `s${npus + k}`),
    links: links.map(({ from, to, ...speed }) => ({ from: name(from), to: name(to), ...speed })),
  };
}

const FREE = { endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;

describe.each([
  ['a mesh', MESH, 9000],
  ['a star', STAR, 8000],
] as const)('schedules on %s as programs', (_, graph, bytes) => {
  for (const collective of ['all-gather', 'reduce-scatter', 'all-reduce'] as const satisfies Collective[]) {
    const size = collective === 'all-gather' ? bytes / graph.npus : bytes;
    const simulate = (program: ReturnType<typeof toStepProgram>) =>
      simulateCollective({
        collective,
        topology: topologyOf(graph),
        size,
        program,
        network: 'congestion-aware',
        ...FREE,
      });

    it(`${collective}: verify, take as long in the simulator as by replay, and survive MSCCL XML`, () => {
      const entries = synthesise(graph, collective, { bytes, effort: 0.2 });
      expect(entries.length).toBeGreaterThan(1);
      for (const { schedule, finishNs } of entries) {
        const program = toStepProgram(schedule, graph.npus, collective);
        expect(verify(program, collective)).toEqual([]);
        const { timeNs, bounds } = simulate(program);
        // Each message is cut to whole ns twice on each link, and on the critical path there is one after the other.
        expect(timeNs).toBeLessThanOrEqual(finishNs);
        expect(timeNs).toBeGreaterThan(finishNs - schedule.path.length);
        expect(timeNs).toBeGreaterThanOrEqual(bounds.planNs);
        const come = replay(schedule, graph, { order: 'first-come' }).finishNs;
        const first = simulate(toStepProgram(schedule, graph.npus, collective, { order: 'first-come' })).timeNs;
        expect(Math.abs(first / come - 1)).toBeLessThan(0.05);
        const read = readMsccl(writeMsccl(program, { collective }), 'written.xml');
        expect(verify(read.program, collective)).toEqual([]);
      }
    });
  }
});

describe('the order on links', () => {
  // Two messages want link 0 -> 1 at time 0: one of 100 ns that nothing waits for, one of 10 ns that goes on for 100 more.
  const line: LinkGraph = {
    npus: 3,
    devices: 3,
    links: [
      { from: 0, to: 1, bandwidth: 1, latency: 0 },
      { from: 1, to: 2, bandwidth: 0.1, latency: 0 },
      { from: 1, to: 0, bandwidth: 1, latency: 0 },
      { from: 2, to: 1, bandwidth: 1, latency: 0 },
    ],
  };
  const schedule = (shortFirst: boolean) => {
    const builder = new ScheduleBuilder();
    const long = builder.addChunk(0, 1);
    const short = builder.addChunk(0, 2);
    const send = (chunk: number, to: number, path: number[], bytes: number, needs: number[]) =>
      builder.add({ chunk, from: 0, to, path, bytes, reduces: false, needs });
    send(long, 1, [0], 100, []);
    send(short, 2, [0, 1], 10, []);
    const built = builder.build();
    return shortFirst ? { ...built, turn: Int32Array.from([1, 0, 0]) } : built;
  };
  const run = (shortFirst: boolean, order: 'planned' | 'first-come') => {
    const program = toStepProgram(schedule(shortFirst), 3, 'all-reduce', { order });
    const spec = {
      collective: 'all-reduce',
      topology: topologyOf(line),
      size: 110,
      program,
      programClaim: 'unchecked',
    } as const;
    return simulateCollective({ ...spec, network: 'congestion-aware', ...FREE }).timeNs;
  };

  it('is kept, and messages wait for their turn', () => {
    // As listed: 100 on the first link, then 10 on it, then 10 / 0.1 on the second.
    expect(run(false, 'planned')).toBe(210);
    // The short one first: 10 + 100, while the long one takes 10 + 100.
    expect(run(true, 'planned')).toBe(110);
    // Where nobody looks at the order, the one that was listed first goes first.
    expect(run(true, 'first-come')).toBe(210);
  });

  it('is of no use without congestion: a message pays for its way alone', () => {
    const program = toStepProgram(schedule(false), 3, 'all-reduce');
    const spec = {
      collective: 'all-reduce',
      topology: topologyOf(line),
      size: 110,
      program,
      programClaim: 'unchecked',
      ...FREE,
    } as const;
    // The slower of 100 / 1 and 10 / min(1, 0.1).
    expect(simulateCollective(spec).timeNs).toBe(100);
  });

  it('is refused on another machine', () => {
    const program = toStepProgram(schedule(false), 3, 'all-reduce');
    const other = { collective: 'all-reduce', topology: 'ring(2, 1 GB/s, 0 ns)', size: 110, program } as const;
    expect(() => simulateCollective(other)).toThrow(/program: expected a schedule of 2 ranks/);
  });
});
