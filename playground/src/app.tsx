import type { ComponentType } from 'preact';
import { CollectivePanel } from './panels/collective.js';
import { NetworkPanel } from './panels/network.js';
import { ResultPanel } from './panels/result.js';
import { Tabs } from './panels/tabs.js';
import { announcement, change, complaints, page } from './state/store.js';
import { Header } from './ui/header.js';
import { Bubble } from './ui/help.js';
import { lazy, Suspense } from './ui/lazy.js';

/** Views that load when first opened. */
const LATE: Readonly<Record<string, ComponentType>> = {
  training: lazy(() => import('./panels/training.js')),
  command: lazy(() => import('./panels/command.js')),
  script: lazy(() => import('./panels/script.js')),
};

export function App() {
  const Late = LATE[page.value.view];
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the result
      </button>
      <Header />
      <Complaints />
      <main id="main" tabIndex={-1}>
        {Late !== undefined ? (
          <Suspense>
            <Late />
          </Suspense>
        ) : (
          <div class="columns">
            <div class="inputs">
              <NetworkPanel />
              <CollectivePanel />
            </div>
            <div class="outputs">
              <ResultPanel />
              <Tabs />
            </div>
          </div>
        )}
      </main>
      <p class="hidden" aria-live="polite">
        {announcement.value}
      </p>
      <Bubble />
    </>
  );
}

function skip(): void {
  const main = document.getElementById('result-title') ?? document.getElementById('main');
  main?.setAttribute('tabindex', '-1');
  main?.focus();
}

function Complaints() {
  const found = complaints.value;
  if (found.length === 0) return null;
  return (
    <div class="complaints" role="alert">
      <p>Part of this link cannot be read; the page shows the rest.</p>
      <ul>
        {found.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <button type="button" class="plain" onClick={() => change({})}>
        Go on with what is shown
      </button>
    </div>
  );
}
