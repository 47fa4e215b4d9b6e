import type { Outlook } from '../../sweep/check.js';
import type { Points } from '../../sweep/points.js';
import { type Shard, shardText, WHOLE } from '../../sweep/shard.js';
import { wrap } from '../table.js';
import { duration } from './progress.js';

const WIDTH = 100;

/** Describes a sweep before it runs. */
export function outlookLines(points: Points, outlook: Outlook, shard: Shard, workers: number): string[] {
  const part = shard.of === WHOLE.of ? '' : ` in shard ${shardText(shard)}`;
  const threads = `with ${workers} worker${workers === 1 ? '' : 's'}`;
  return [
    `${countText(outlook)}${part} of ${number(points.space.size)} combinations`,
    ...(outlook.exact ? [] : [`an estimate: conditions were checked in the first ${number(outlook.looked)} only`]),
    `${outlook.bounded && outlook.exact ? 'about' : 'more than'} ${duration(totalMs(outlook, workers))} ${threads}`,
    ...wrap(points.columns.join(', '), WIDTH, 'varied: '),
  ];
}

/** Time of the points, in parallel, and of the search for them, in one thread. */
export function totalMs({ points, msPerPoint, searchMs }: Outlook, workers: number): number {
  return (points * msPerPoint) / workers + searchMs;
}

function countText({ points, exact }: Outlook): string {
  if (!exact && points === 0) return 'no point found yet';
  return `${exact ? '' : 'about '}${number(points)} points`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
