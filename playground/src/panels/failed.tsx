import { words } from '../ui/field.js';
import type { Failure } from '../worker/protocol.js';

/** Moves to the field of an issue. */
function goTo(path: string): void {
  const field =
    document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`) ??
    document.querySelector<HTMLElement>('#graph-text');
  field?.focus();
}

function nameOf(path: string): string {
  const [, dimension, field = ''] = /^topology\[(\d+)\]\.(\w+)$/.exec(path) ?? [];
  if (dimension !== undefined) return `Dimension ${dimension}, ${field === 'npus' ? 'NPUs' : field}`;
  return path === '' ? 'Input' : path;
}

/** Why there is no result. */
export function Failed({ failure: { name, message, issues } }: { readonly failure: Failure }) {
  if (name === 'Cancelled') return <p class="quiet">Cancelled. Change something to simulate again.</p>;
  if (issues.length === 0) {
    return (
      <p class="issue" role="alert">
        This cannot be simulated: {message}
      </p>
    );
  }
  return (
    <div role="alert" class="failed">
      <p>This cannot be simulated yet:</p>
      <ul>
        {issues.slice(0, 8).map((issue) => (
          <li key={issue.path + issue.expected}>
            <button type="button" class="plain" onClick={() => goTo(issue.path)}>
              {nameOf(issue.path)}
            </button>{' '}
            {words(issue)}
          </li>
        ))}
      </ul>
      {issues.length > 8 && <p class="quiet">and {issues.length - 8} more</p>}
    </div>
  );
}
