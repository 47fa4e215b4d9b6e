import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Every distinct trace of the golden rows, made by the reference's own tools. */
export function goldenTraces(): Uint8Array[] {
  return ['workloads', 'custom-collectives'].flatMap((name) => {
    const path = new URL(`../../../golden/${name}.jsonl.gz`, import.meta.url);
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
    return lines.flatMap((line) => {
      const { traces, customTraces } = JSON.parse(line);
      const files: string[] = [...(traces?.files ?? []), ...(customTraces?.files ?? [])];
      return files.map((base64) => new Uint8Array(Buffer.from(base64, 'base64')));
    });
  });
}
