import type { Outlook } from '../../sweep/check.js';
import type { Points } from '../../sweep/points.js';
import { type Shard, WHOLE } from '../../sweep/shard.js';
import { wrap } from '../table.js';
import { duration } from './progress.js';
import { shardText } from './target.js';

const WIDTH = 100;

/** What a sweep is going to be. */
export function outlookLines(points: Points, outlook: Outlook, shard: Shard, workers: number): string[] {
  const { points: total, exact, msPerPoint, bounded } = outlook;
  const number = (value: number) => value.toLocaleString('en-US');
  const part = shard.of === WHOLE.of ? '' : ` in shard ${shardText(shard)}`;
  return [
    `${exact ? '' : 'about '}${number(total)} points${part} of ${number(points.space.size)} combinations`,
    `${bounded ? 'about' : 'more than'} ${duration((total * msPerPoint) / workers)} with ${workers} worker${workers === 1 ? '' : 's'}`,
    ...wrap(points.columns.join(', '), WIDTH, 'varied: '),
  ];
}
