import type { Word } from './glossary.js';
import { Help } from './help.js';

/** A labelled bar, followed by its number. */
export function Meter({
  label,
  share,
  text,
  kind = '',
  tag,
  word,
}: {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  readonly text: string;
  readonly kind?: '' | 'soft' | 'faint';
  readonly tag?: string;
  readonly word?: Word;
}) {
  return (
    <div class="meter">
      <span class="meter-label">
        {label}
        {word !== undefined && <Help word={word} />}
        {tag !== undefined && <em class="tag">{tag}</em>}
      </span>
      <span class="meter-track" aria-hidden="true">
        <span class={`meter-bar ${kind}`} style={{ width: `${Math.max(0.4, 100 * Math.min(1, share))}%` }} />
      </span>
      <span class="meter-text">{text}</span>
    </div>
  );
}
