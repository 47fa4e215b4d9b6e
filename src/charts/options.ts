import * as v from 'valibot';
import { keys, whole } from '../base/validate.js';

export interface TimelineChart {
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
}

export const chartOptions = keys({
  title: v.string('text'),
  subtitle: v.optional(v.string('text')),
  width: v.optional(whole(1, 100_000)),
});
