import type { ComponentChildren } from 'preact';
import { Failed } from '../panels/failed.js';
import type { Question } from '../state/question.js';
import { page, result } from '../state/store.js';
import type { TaskName, Tasks } from '../worker/protocol.js';

/** What is shown of a question: the answer, or how far it is, or why there is none. */
export function Asked<Name extends TaskName>({
  question,
  isGrowing = false,
  children,
}: {
  readonly question: Question<Name>;
  /** Parts that come on the way are shown as they come; the answer is a list of them. */
  readonly isGrowing?: boolean;
  readonly children: (value: Tasks[Name]['output']) => ComponentChildren;
}) {
  const { state, share, value, failure, parts } = question.answer.value;
  const shown = isGrowing && state === 'busy' && parts.length > 0 ? (parts as unknown as typeof value) : value;
  // The result says it already.
  const isSaid = page.value.view === 'collective' && (result.answer.value.failure?.issues.length ?? 0) > 0;
  return (
    <div class="asked" aria-busy={state === 'busy'}>
      {state === 'busy' && (
        <div class="busy floating">
          <progress value={share} max={1} aria-label="Share of the work that is done" />
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
