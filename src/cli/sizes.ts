import { ConfigError, type Issue, show } from '../base/errors.js';
import { readQuantity } from '../base/units.js';

/** A range of sizes as in nccl-tests: `-b 1M -e 1G -f 2`. */
export interface SizeRange {
  readonly minbytes: string;
  /** Default: only the smallest size. */
  readonly maxbytes?: string | undefined;
  readonly stepfactor: string;
}

const SUFFIXES = ['', 'K', 'M', 'G', 'T'];

/** Sizes from the smallest to the largest, each the previous one times the factor, in bytes. */
export function sizesOf({ minbytes, maxbytes, stepfactor }: SizeRange): number[] {
  const issues: Issue[] = [];
  const read = (path: string, text: string) => {
    const bytes = readSize(text);
    if (bytes === undefined) {
      issues.push({
        path,
        expected: 'a whole number of bytes, at least 1, such as 8, 1M (= 1 MiB) or "100 MiB"',
        got: show(text),
      });
    }
    return bytes ?? Number.NaN;
  };
  const from = read('-b', minbytes);
  const to = maxbytes === undefined ? from : read('-e', maxbytes);
  const factor = /^\d+$/.test(stepfactor) ? Number(stepfactor) : Number.NaN;
  if (!(factor >= 2)) issues.push({ path: '-f', expected: 'a whole number, at least 2', got: show(stepfactor) });
  if (to < from) {
    issues.push({ path: '-e', expected: `at least the smallest size (-b ${minbytes})`, got: show(maxbytes) });
  }
  if (issues.length > 0) throw new ConfigError(issues);

  const sizes: number[] = [];
  for (let size = from; size <= to; size *= factor) sizes.push(size);
  return sizes;
}

/** Bytes of a size with nccl-tests' binary suffixes or a unit; undefined for other text. */
export function readSize(text: string): number | undefined {
  const [, digits, suffix] = /^\s*(\d+(?:\.\d+)?)([KMGT]?)\s*$/i.exec(text) ?? [];
  const bytes =
    digits === undefined || suffix === undefined
      ? readQuantity('bytes', text)
      : Number(digits) * 1024 ** SUFFIXES.indexOf(suffix.toUpperCase());
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}
