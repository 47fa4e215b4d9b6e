import { readFileSync } from 'node:fs';
import { ConfigError, show } from '../../base/errors.js';

/**
 * The content of an input; `-` is standard input.
 * @throws ConfigError if it cannot be read.
 */
export async function readInput(path: string): Promise<Buffer> {
  try {
    if (path !== '-') return readFileSync(path);
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ path, expected: 'a file that can be read', got: show(path), hint }]);
  }
}
