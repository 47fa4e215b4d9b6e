import { signal } from '@preact/signals';
import { GLOSSARY, type Word } from './glossary.js';

interface Tip {
  readonly text: string;
  readonly left: number;
  readonly top: number;
}

const tip = signal<Tip | undefined>(undefined);

const WIDTH = 280;
const EDGE = 8;

function show(target: Element, text: string): void {
  const { left, bottom } = target.getBoundingClientRect();
  const most =
    document.documentElement.clientWidth - Math.min(WIDTH, document.documentElement.clientWidth - 2 * EDGE) - EDGE;
  tip.value = { text, left: Math.max(EDGE, Math.min(left - 12, most)), top: bottom + 6 };
}

function hide(): void {
  tip.value = undefined;
}

/** A "?" that explains a word on hover, on focus and on a tap. */
export function Help({ word }: { readonly word: Word }) {
  const { name, text } = GLOSSARY[word];
  return (
    <button
      type="button"
      class="help"
      aria-label={`What is ${name}?`}
      aria-describedby="tip"
      onMouseEnter={({ currentTarget }) => show(currentTarget, text)}
      onMouseLeave={hide}
      onFocus={({ currentTarget }) => show(currentTarget, text)}
      onBlur={hide}
      onClick={({ currentTarget }) => show(currentTarget, text)}
      onKeyDown={({ key }) => key === 'Escape' && hide()}
    >
      ?
    </button>
  );
}

/** The one bubble that all share. */
export function Bubble() {
  const { text = '', left = 0, top = 0 } = tip.value ?? {};
  return (
    <div
      id="tip"
      role="tooltip"
      class="tip"
      hidden={tip.value === undefined}
      style={{ left: `${left}px`, top: `${top}px` }}
    >
      {text}
    </div>
  );
}
