import type { PageFile } from './protocol.js';

/** The repository's examples and measurements, by path. */
const EXAMPLES: readonly PageFile[] = Object.entries(
  import.meta.glob<string>(
    ['../../../examples/**/*.{mjs,yml,json}', '../../../data/measurements/*.txt', '../../../data/training/*.json*'],
    { query: '?raw', import: 'default', eager: true },
  ),
).map(([path, text]) => ({ name: path.replace('../../../', ''), text }));

/** Examples that a text names, and examples that those name. */
export function namedExamples(text: string): readonly PageFile[] {
  const named = EXAMPLES.filter(({ name }) => text.includes(name));
  const further = EXAMPLES.filter(({ name }) => named.some((one) => isNamedBy(name, one)));
  return EXAMPLES.filter((one) => named.includes(one) || further.includes(one));
}

/** Whether a file reads another from a neighbouring folder. */
function isNamedBy(name: string, { name: reader, text }: PageFile): boolean {
  const folder = reader.slice(0, reader.lastIndexOf('/') + 1);
  const base = name.slice(name.lastIndexOf('/') + 1);
  return reader.endsWith('.mjs') && name.startsWith(folder) && name !== reader && text.includes(base);
}

/** All files for a command: the page's own, and the examples that it names and the page has not changed. */
export function filesBeside(command: string, own: readonly PageFile[]): readonly PageFile[] {
  const examples = namedExamples(command).filter(({ name }) => !own.some((one) => one.name === name));
  return [...own, ...examples];
}
