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

// Developed pages change all the time; built ones are kept, so that they work without a network.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    // Without it the page works as long as there is a network.
    navigator.serviceWorker.register('./sw.js').catch(() => {});
  });
}
