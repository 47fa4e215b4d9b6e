import { computed } from '@preact/signals';
import type { Issue } from 'astra-sim-ts';
import { page, result } from './store.js';

/** Current problems of the question. */
const issues = computed((): readonly Issue[] => result.answer.value.failure?.issues ?? []);

export function issuesOf(path: string): readonly Issue[] {
  return issues.value.filter((issue) => issue.path === path);
}

/** Issues of a network in text form. */
export const graphIssues = computed((): readonly Issue[] => {
  if (page.value.form !== 'graph') return [];
  const fields = ['size', 'algorithms', 'splits', 'activeChunks', 'endpointDelay', 'localMemoryBandwidth'];
  return issues.value.filter(({ path }) => !fields.some((field) => path.startsWith(field)));
});
