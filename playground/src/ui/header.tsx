import { signal } from '@preact/signals';
import { announcement, change, page } from '../state/store.js';

type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEY = 'astra-sim-ts-theme';

function stored(): Theme {
  try {
    const found = localStorage.getItem(KEY);
    return THEMES.find((one) => one === found) ?? 'auto';
  } catch {
    // Storage may be forbidden; the theme then lasts as long as the page.
    return 'auto';
  }
}

const theme = signal<Theme>(stored());
/** Counts changes of the theme, for hand-painted parts. */
export const looks = signal(0);

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme.value;
  looks.value = looks.peek() + 1;
}

function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as Theme;
  applyTheme();
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // As above.
  }
}

const copied = signal(false);

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    copied.value = true;
    announcement.value = 'The link to this page is on the clipboard';
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  } catch {
    announcement.value = 'The browser does not let this page copy; the link is in the address bar';
  }
}

export function Header() {
  const { view } = page.value;
  const link = (name: string, text: string) => (
    <button
      type="button"
      class="nav"
      aria-current={view === name ? 'page' : undefined}
      onClick={() => change({ view: name })}
    >
      {text}
    </button>
  );
  return (
    <header class="top">
      <div class="brand">
        <h1>
          astra-sim-ts <span>playground</span>
        </h1>
        <p>Draw a cluster, run a collective, see where its time goes.</p>
      </div>
      <nav aria-label="Pages">
        {link('collective', 'Collective')}
        {link('training', 'Training step')}
        {link('command', 'Command')}
        {link('script', 'Script')}
      </nav>
      <div class="tools">
        <button type="button" class="button" onClick={() => void copyLink()}>
          {copied.value ? 'Copied' : 'Copy link'}
        </button>
        <button type="button" class="button" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`}>
          {{ auto: '◐ Auto', light: '☀ Light', dark: '☾ Dark' }[theme.value]}
        </button>
      </div>
    </header>
  );
}
