import { packageInfo } from '../version.js';

/** What a sidecar says it was made by: rows of another version may differ. */
export function madeBy(): string {
  const { name, version } = packageInfo();
  return `${name} ${version}`;
}
