import { readNetworkFile } from '../formats/astra-sim/network-file.js';
import type { CollectiveSpec } from '../spec/spec.js';
import type { EdgeListSpec } from '../topology/edge-list.js';
import { readConfigFile } from './config-file.js';
import { renaming } from './flags.js';

/**
 * Reads the topology and its warnings from one of the reference's network files, or from a list of links.
 * @param words - values that the flag takes instead of a file.
 * @throws ConfigError if it cannot be read or is not such a file.
 */
export function networkFromFile(
  file: string,
  flag: string,
  words: readonly string[] = [],
): Pick<CollectiveSpec, 'topology' | 'warnings'> {
  const { value, warnings } = readConfigFile(file, flag, words);
  if (isEdgeList(value)) return { topology: value, warnings };
  const read = gridOf(value, file);
  return { topology: read.topology, warnings: [...warnings, ...read.warnings] };
}

/**
 * Reads one of the reference's network files.
 * @throws ConfigError in terms of the file's own keys.
 */
export function gridOf(value: unknown, file: string): ReturnType<typeof readNetworkFile> {
  return renaming(
    () => readNetworkFile(value, 'network'),
    (path) => pathInFile(path, 'network', file),
  );
}

/** Whether a value looks like a list of links, which is checked with the rest of the spec. */
function isEdgeList(value: unknown): value is EdgeListSpec {
  return typeof value === 'object' && value !== null && 'links' in value;
}

/** `network.bandwidth[1]` is `net.yml: bandwidth[1]`. */
export function pathInFile(path: string, name: string, file: string): string {
  const named = file === '-' ? 'standard input' : file;
  if (path === name) return named;
  return path.startsWith(`${name}.`) ? `${named}: ${path.slice(name.length + 1)}` : path;
}
