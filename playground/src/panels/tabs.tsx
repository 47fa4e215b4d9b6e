import type { ComponentType } from 'preact';
import { change, page } from '../state/store.js';
import { lazy } from '../ui/lazy.js';

interface Tab {
  readonly name: string;
  readonly label: string;
  readonly Panel: ComponentType;
}

const TABS: readonly Tab[] = [
  { name: 'timeline', label: 'Timeline', Panel: lazy(() => import('./timeline.js')) },
  { name: 'messages', label: 'What happens', Panel: lazy(() => import('./messages.js')) },
  { name: 'advice', label: 'What helps', Panel: lazy(() => import('./advice.js')) },
  { name: 'sizes', label: 'Sizes', Panel: lazy(() => import('./sizes.js')) },
  { name: 'compare', label: 'Compare', Panel: lazy(() => import('./compare.js')) },
];

/** Views of the result; each loads when first opened. */
export function Tabs() {
  const { tab } = page.value;
  const at = Math.max(
    0,
    TABS.findIndex(({ name }) => name === tab),
  );
  const { name, label, Panel } = TABS[at] as Tab;
  const go = (index: number) => {
    const next = TABS[(index + TABS.length) % TABS.length] as Tab;
    change({ tab: next.name });
    requestAnimationFrame(() => document.getElementById(`tab-${next.name}`)?.focus());
  };
  return (
    <section class="card" aria-label={label}>
      <div
        class="tabs"
        role="tablist"
        aria-label="Views of the result"
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          go(at + step);
        }}
      >
        {TABS.map((one) => (
          <button
            key={one.name}
            type="button"
            role="tab"
            id={`tab-${one.name}`}
            aria-selected={one.name === name}
            aria-controls="tab-panel"
            tabIndex={one.name === name ? 0 : -1}
            onClick={() => change({ tab: one.name })}
          >
            {one.label}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${name}`}>
        <Panel />
      </div>
    </section>
  );
}
