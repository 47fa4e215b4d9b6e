import { render } from 'preact';
import { App } from './app.js';
import { followLink } from './state/store.js';
import { applyTheme } from './ui/header.js';

applyTheme();
const root = document.getElementById('app') as HTMLElement;
root.replaceChildren();
render(<App />, root);
addEventListener('hashchange', followLink);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);

// Caches built pages only, so that they work without a network: pages in development change all the time.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    // Without a service worker the page still works, but needs a network.
    navigator.serviceWorker.register('./sw.js').catch(() => {});
  });
}
