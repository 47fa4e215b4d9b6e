import type { ComponentChildren } from 'preact';
import { Failed } from '../panels/failed.js';
import type { Question } from '../state/question.js';
import { page, result } from '../state/store.js';
import type { TaskName, Tasks } from '../worker/protocol.js';

/** Shows a question: its answer, its progress, or why there is no answer. */
export function Asked<Name extends TaskName>({
  question,
  isGrowing = false,
  children,
}: {
  readonly question: Question<Name>;
  /** Shows parts as they arrive; the answer is a list of them. */
  readonly isGrowing?: boolean;
  readonly children: (value: Tasks[Name]['output']) => ComponentChildren;
}) {
  const { state, share, value, failure, parts } = question.answer.value;
  const shown = isGrowing && state === 'busy' && parts.length > 0 ? (parts as unknown as typeof value) : value;
  // The result already says it.
  const isSaid = page.value.view === 'collective' && (result.answer.value.failure?.issues.length ?? 0) > 0;
  return (
    <div class="asked" aria-busy={state === 'busy'}>
      {state === 'busy' && (
        <div class="busy floating">
          <progress value={share} max={1} aria-label="Progress of the work" />
          <button type="button" class="plain" onClick={() => question.cancel()}>
            Cancel
          </button>
        </div>
      )}
      {failure !== undefined &&
        (isSaid ? <p class="quiet">Nothing to show until there is a result.</p> : <Failed failure={failure} />)}
      {shown !== undefined && failure === undefined && children(shown)}
    </div>
  );
}
