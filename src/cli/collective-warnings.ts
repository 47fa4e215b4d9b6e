import { formatBytes } from '../base/units.js';
import type { CollectiveResult } from '../report/result.js';

/**
 * The warnings of a range of sizes, each kind once. Numbers that change with the
 * size are those of the first size with the warning.
 */
export function warningLines(results: readonly CollectiveResult[]): string[] {
  const lines: string[] = [];
  for (const code of new Set(results.flatMap(({ warnings }) => warnings.map((warning) => warning.code)))) {
    const messagesAt = results.map(({ totalBytes, warnings }) => ({
      totalBytes,
      messages: [...new Set(warnings.filter((warning) => warning.code === code).map(({ message }) => message))],
    }));
    const warned = messagesAt.filter(({ messages }) => messages.length > 0);
    const [first] = warned;
    if (first === undefined) continue;
    const alike = messagesAt.every(({ messages }) => messages.join('\n') === first.messages.join('\n'));
    const others = warned.length - 1;
    const more = others === 0 ? '' : ` and likewise at ${others} other size${others === 1 ? '' : 's'}`;
    const where = alike ? '' : ` (at ${formatBytes(first.totalBytes)}${more})`;
    for (const message of first.messages) lines.push(`# warning: ${message}${where}`);
  }
  return lines;
}
