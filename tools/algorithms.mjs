// Writes the table of winners into docs/algorithms.md (`table`, some minutes) and the pictures of schedules (`pictures`).
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const [what, only] = process.argv.slice(2);
const [BEGIN, END] = ['<!-- winners -->', '<!-- /winners -->'];

async function table() {
  const { winnerRows } = await import('./winners.mjs');
  const lines = [];
  for (const line of winnerRows(only)) {
    lines.push(line);
    process.stdout.write(`${line}\n`);
  }
  if (only !== undefined) return;
  const page = readFileSync(`${docs}algorithms.md`, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest.split(END)[1];
  writeFileSync(`${docs}algorithms.md`, `${before}${BEGIN}\n${lines.join('\n')}\n${END}${after}`);
}

async function pictures() {
  const { schedulePictures } = await import('./schedule-pictures.mjs');
  for (const { name, svg } of await schedulePictures()) writeFileSync(`${docs}pictures/schedule-${name}.svg`, svg);
}

if (what === 'table') await table();
else if (what === 'pictures') await pictures();
else {
  process.stderr.write('usage: node tools/algorithms.mjs table [network]|pictures\n');
  process.exitCode = 2;
}
