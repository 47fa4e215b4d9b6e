import { moveRow } from '../state/store.js';

/** Index of the row whose middle is nearest to a height. */
function rowAt(y: number): number {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const apart = rows.map((row) => {
    const { top, height } = row.getBoundingClientRect();
    return Math.abs(top + height / 2 - y);
  });
  return apart.indexOf(Math.min(...apart));
}

/** Moves a dimension: by dragging, or with the arrow keys. */
export function DragHandle({ index, of }: { readonly index: number; readonly of: number }) {
  const focusAt = (row: number) => requestAnimationFrame(() => handleOf(row)?.focus());
  return (
    <button
      type="button"
      class="handle"
      disabled={of === 1}
      aria-label={`Move dimension ${index}: drag, or arrow up and down`}
      onKeyDown={(event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const to = Math.min(of - 1, Math.max(0, index + step));
        moveRow(index, to);
        focusAt(to);
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        let now = index;
        const move = ({ clientY }: PointerEvent) => {
          const to = rowAt(clientY);
          if (to === now) return;
          moveRow(now, to);
          now = to;
        };
        const end = () => {
          removeEventListener('pointermove', move);
          removeEventListener('pointerup', end);
          removeEventListener('pointercancel', end);
          focusAt(now);
        };
        addEventListener('pointermove', move);
        addEventListener('pointerup', end);
        addEventListener('pointercancel', end);
      }}
    >
      <svg viewBox="0 0 10 16" width="10" height="16" aria-hidden="true">
        {[3, 8, 13].flatMap((y) => [2, 8].map((x) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.4" />))}
      </svg>
    </button>
  );
}

function handleOf(row: number): HTMLElement | null {
  return document.querySelector(`[data-row="${row}"] .handle`);
}
