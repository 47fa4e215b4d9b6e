import { percent } from '../format.js';

export interface Part {
  readonly name: string;
  readonly value: number;
  /** A CSS colour. */
  readonly colour: string;
  readonly text: string;
}

/** Parts of a whole: one bar, and each part in words below it. */
export function Stacked({ parts, total }: { readonly parts: readonly Part[]; readonly total: number }) {
  const shown = parts.filter(({ value }) => value > 0);
  return (
    <div class="stacked">
      <div class="stack" aria-hidden="true">
        {shown.map(({ name, value, colour }) => (
          <span key={name} style={{ width: `${(100 * value) / total}%`, background: colour }} />
        ))}
      </div>
      <ul class="legend wide">
        {shown.map(({ name, value, colour, text }) => (
          <li key={name}>
            <span class="swatch" style={{ background: colour }} />
            {name} <b>{percent(value / total)}</b> <span class="quiet">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
