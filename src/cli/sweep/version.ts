import { readFileSync } from 'node:fs';

/** What a sidecar says it was made by: rows of another version may differ. */
export function madeBy(): string {
  const { name, version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return `${name} ${version}`;
}
