import { drawn } from '../../drawing/make.js';
import type { Task } from '../protocol.js';

/** A picture of a network. */
export const graph: Task<'graph'> = async ({ topology }) => {
  const found = drawn(topology);
  return 'drawing' in found ? found.drawing : found;
};
