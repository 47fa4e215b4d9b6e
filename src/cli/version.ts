import { readFileSync } from 'node:fs';

/** Name and version of this package. In the bundle, this file is as far below package.json as here. */
export function packageInfo(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return { name, version };
}
