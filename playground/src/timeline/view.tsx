import { effect, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PackedSpans } from '../../../src/charts/timeline/packed-spans.js';
import { looks } from '../ui/header.js';
import { TimelineCanvas } from './canvas.js';
import type { Colours } from './paint.js';

export interface Kind {
  readonly name: string;
  /** A CSS variable. */
  readonly colour: string;
}

interface Props {
  readonly spans: PackedSpans;
  readonly kinds: readonly Kind[];
  readonly label: string;
  /** What a span is, and why it begins then. */
  readonly describe: (span: number) => string;
  /** Shown when no span is selected. */
  readonly hint: string;
  readonly cursor?: Signal<number | undefined>;
}

/** The colours of the current theme. */
export function coloursOf(kinds: readonly Kind[]): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    kinds: kinds.map(({ colour }) => of(colour)),
    onMark: of('--on-mark'),
    ink: of('--ink'),
    quiet: of('--quiet'),
    line: of('--line'),
    accent: of('--accent'),
  };
}

/** A timeline with its buttons, its legend and a line about the selected span. */
export function TimelineView({ spans, kinds, label, describe, hint, cursor }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<TimelineCanvas | undefined>(undefined);
  const [looked, setLooked] = useState<{ readonly span: number; readonly byKey: boolean }>({ span: -1, byKey: false });
  useEffect(() => {
    const made = new TimelineCanvas(canvas.current as HTMLCanvasElement, coloursOf(kinds), {
      onSelect: (span, byKey) => setLooked({ span, byKey }),
      onCursor: (ns) => {
        if (cursor !== undefined) cursor.value = ns;
      },
    });
    drawn.current = made;
    const stop = effect(() => {
      void looks.value;
      made.colours = coloursOf(kinds);
      made.cursorNs = cursor?.value;
    });
    return () => {
      stop();
      made.close();
    };
  }, [kinds, cursor]);
  useEffect(() => {
    setLooked({ span: -1, byKey: false });
    drawn.current?.show(spans);
  }, [spans]);
  const button = (text: string, name: string, act: (one: TimelineCanvas) => void) => (
    <button type="button" class="button" aria-label={name} onClick={() => drawn.current && act(drawn.current)}>
      {text}
    </button>
  );
  const used = useMemo(() => new Set(spans.kind), [spans]);
  const text = looked.span >= 0 && looked.span < spans.count ? describe(looked.span) : '';
  return (
    <div class="timeline">
      <div class="toolbar">
        <ul class="legend">
          {kinds
            .filter((_, kind) => used.has(kind))
            .map(({ name, colour }) => (
              <li key={name}>
                <span class="swatch" style={{ background: `var(${colour})` }} />
                {name}
              </li>
            ))}
        </ul>
        <div class="buttons">
          {button('−', 'Zoom out', (one) => one.zoom(2))}
          {button('+', 'Zoom in', (one) => one.zoom(0.5))}
          {button('←', 'Earlier', (one) => one.pan(-0.3))}
          {button('→', 'Later', (one) => one.pan(0.3))}
          {button('Whole', 'Whole timeline', (one) => one.whole())}
        </div>
      </div>
      <div class="canvas-room">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is worked with keys of its own */}
        <canvas
          ref={canvas}
          role="application"
          tabIndex={0}
          aria-label={`${label}. Arrow keys: from one to the next. Plus and minus: zoom. Shift and arrows: move. Home: whole.`}
        />
      </div>
      <p class={`told ${text === '' ? 'quiet' : ''}`} aria-live={looked.byKey ? 'polite' : 'off'}>
        {text === '' ? hint : text}
      </p>
    </div>
  );
}
