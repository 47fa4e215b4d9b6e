// A picture per algorithm for docs/algorithms.md: the messages of an all-reduce on 8 NPUs, over time.
import { build } from 'esbuild';

const BYTES = 2 ** 18;
const NPUS = 8;
const WIDTH = 640;
const LANE = 22;
const [LEFT, TOP, BOTTOM] = [52, 30, 22];
const COLOURS = ['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#ff8ab7', '#a463f2', '#97bbf5'];

const RING = { text: 'ring(8, 25 GB/s, 500 ns)', latency: 500, bandwidth: 25 };
const CUBE = { text: 'hypercube(3, 25 GB/s, 500 ns)', latency: 500, bandwidth: 25 };
const FULL = { text: 'fully-connected(8, 25 GB/s, 500 ns)', latency: 500, bandwidth: 25 };
const DGX = { text: 'dgx-1(V100, 700 ns)' };
const STAR = { text: 'star(8, 450 GB/s, 500 ns)' };
const BOXES = { text: 'rail-optimised(2, 4, 450 GB/s, 50 GB/s, 1 us)' };

const BUILT_IN = [
  ['ring', RING],
  ['bidirectional-ring', RING],
  ['direct', FULL],
  ['halving-doubling', CUBE],
  ['double-binary-tree', FULL],
];
const SYNTHESISED = [
  ['forestcoll', DGX],
  ['blink', DGX],
  ['one-hop', STAR],
  ['cycle', DGX],
  ['tacos', DGX],
  ['taccl-order', DGX],
  ['hiccl', BOXES],
  ['symmetric', CUBE],
  ['hierarchical', BOXES],
];

export async function schedulePictures() {
  const library = await bundled();
  return [
    ...BUILT_IN.map(([name, network]) => ({ name, svg: picture(name, network.text, builtIn(library, name, network)) })),
    ...SYNTHESISED.map(([name, network]) => ({
      name,
      svg: picture(name, network.text, synthesised(library, name, network)),
    })),
  ];
}

/** Parts of the library that no entry of the package exports. */
async function bundled() {
  const contents = [
    "export { expand } from './src/collectives/expand.ts';",
    "export { ALGORITHMS } from './src/collectives/algorithms.ts';",
    "export { timesOfSteps } from './src/collectives/chain.ts';",
    "export { SYNTHESISERS, synthesise } from './src/synthesis/portfolio/portfolio.ts';",
    "export { comparedNetwork } from './src/synthesis/compare/network.ts';",
  ].join('\n');
  const root = new URL('../', import.meta.url).pathname;
  const options = { bundle: true, write: false, format: 'esm', platform: 'node', logLevel: 'error' };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: root } });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Messages as they would go if each had its link to itself; of one way round, both. */
function builtIn({ expand, ALGORITHMS, timesOfSteps }, name, { latency, bandwidth }) {
  const definition = ALGORITHMS.find((one) => one.name === name);
  const spelled = (bytes) => expand(definition, { collective: 'all-reduce', ranks: NPUS, bytes });
  // The second of two trees carries every other chunk.
  const hasTwo = spelled(BYTES).alternate !== undefined;
  const program = spelled(hasTwo ? BYTES / 2 : BYTES);
  const message = (_from, _to, bytes) => latency + bytes / bandwidth;
  const of = (one, tree) => messagesOf(one, tree, timesOfSteps, message);
  return hasTwo ? [...of(program, 0), ...of(program.alternate, 2)] : of(program);
}

function messagesOf(program, tree, timesOfSteps, message) {
  const { overNs } = timesOfSteps(program, { endpoint: 0, message, reduction: () => 0, copy: () => 0 });
  const { does, peer, bytes, cargo, first } = program;
  const blocks = cargo.blocks;
  return Array.from(does).flatMap((what, step) => {
    if (what !== 0) return [];
    const from = first.findIndex((_, rank) => step < first[rank + 1]);
    const start = overNs[step];
    const block = cargo.cells[cargo.first[step]];
    // What is added lands beyond the buffer, in scratch.
    const adds = cargo.cells[cargo.first[program.meets[step]]] >= blocks;
    const colour = tree ?? Math.floor((Math.min(block, blocks - 1) * NPUS) / blocks);
    return [{ from, to: peer[step], start, end: start + message(from, peer[step], bytes[step]), colour, adds }];
  });
}

function synthesised({ SYNTHESISERS, synthesise, comparedNetwork }, name, { text }) {
  const { graph } = comparedNetwork({ topology: `graph: ${text}` }, 'all-reduce');
  const synthesiser = SYNTHESISERS.find((one) => one.name === name);
  const [{ schedule }] = synthesise(graph, 'all-reduce', { bytes: BYTES, effort: 0.01 }, [synthesiser]);
  const { chunk, from, to, reduces, plan } = schedule;
  const chunks = schedule.chunkSource.length;
  return Array.from(chunk).map((c, i) => ({
    ...{ from: from[i], to: to[i], start: plan.startNs[i], end: plan.endNs[i] },
    ...{ colour: Math.floor((c * NPUS) / chunks), adds: reduces[i] === 1 },
  }));
}

function picture(name, network, messages) {
  const last = Math.max(...messages.map(({ end }) => end));
  const x = (ns) => Math.round(2 * (LEFT + ((WIDTH - LEFT - 12) * ns) / last)) / 2;
  const y = (npu) => TOP + LANE * npu + LANE / 2;
  const height = TOP + LANE * NPUS + BOTTOM;
  const lanes = Array.from({ length: NPUS }, (_, npu) => {
    const line = `<line x1="${LEFT}" x2="${WIDTH - 12}" y1="${y(npu)}" y2="${y(npu)}" stroke="#ddd"/>`;
    return `${line}<text x="${LEFT - 6}" y="${y(npu) + 4}" text-anchor="end">NPU ${npu}</text>`;
  });
  const width = messages.length > 400 ? 0.6 : 1.2;
  const paths = new Map();
  for (const { from, to, start, end, colour, adds } of messages) {
    const style = `stroke="${COLOURS[colour]}"${adds ? ' stroke-dasharray="3 2"' : ''}`;
    paths.set(style, `${paths.get(style) ?? ''}M${x(start)} ${y(from)}L${x(end)} ${y(to)}`);
  }
  const lines = [...paths].map(([style, path]) => `<path d="${path}" ${style}/>`);
  const title = `${name} on ${network}: ${messages.length} messages, ${(last / 1000).toFixed(1)} us`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="18" font-size="13">${title}</text>`,
    ...lanes,
    `<g fill="none" stroke-width="${width}">`,
    ...lines,
    '</g>',
    `<text x="${LEFT}" y="${height - 7}">0</text>`,
    `<text x="${WIDTH - 12}" y="${height - 7}" text-anchor="end">${(last / 1000).toFixed(1)} us</text>`,
    '</svg>',
    '',
  ].join('\n');
}
