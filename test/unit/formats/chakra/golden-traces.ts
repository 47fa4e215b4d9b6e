import { goldenRows } from '../../../support/golden-folder.js';

interface TraceRow {
  readonly traces?: { readonly files: readonly string[] };
  readonly customTraces?: { readonly files: readonly string[] };
}

/** Every distinct trace of the golden rows, made by the reference's own tools. */
export function goldenTraces(): Uint8Array[] {
  return ['workloads', 'custom-collectives'].flatMap((name) =>
    goldenRows<TraceRow>(name).flatMap(({ traces, customTraces }) =>
      [...(traces?.files ?? []), ...(customTraces?.files ?? [])].map(
        (base64) => new Uint8Array(Buffer.from(base64, 'base64')),
      ),
    ),
  );
}
