import { signal } from '@preact/signals';
import { change, isTooLong, page } from '../state/store.js';
import type { PageFile } from '../terminal/protocol.js';
import { TextField } from '../ui/field.js';

/** Larger files are not worth showing as text. */
const MOST_BYTES = 1_000_000;

/** Files from the disk that are not text. */
const refused = signal<readonly string[]>([]);

/** Files for a command or a script: the page's own, and examples that it names. */
export function Files({ beside }: { readonly beside: readonly PageFile[] }) {
  const own = page.value.files;
  const put = (at: number, file: PageFile) =>
    change({ files: own.map((one, i) => (i === at ? file : one)), run: 'no' });
  const add = (more: readonly PageFile[]) => {
    const kept = own.filter(({ name }) => !more.some((one) => one.name === name));
    change({ files: [...kept, ...more], run: 'no' });
  };
  return (
    <section class="card files" aria-labelledby="files-title">
      <div class="card-head">
        <h2 id="files-title">Files beside it</h2>
      </div>
      {beside.length === 0 && <p class="quiet small">None. They stay in this page, and are part of its link.</p>}
      {beside.map((file, i) => {
        const isOwn = i < own.length;
        return (
          // By number, because a name changes while the user types.
          <details key={isOwn ? i : file.name} open={isOwn && own.length <= 3}>
            <summary>
              <code>{file.name}</code>
              {!isOwn && <em class="tag">example</em>}
            </summary>
            {isOwn && (
              <div class="file-head">
                <TextField label="Name" value={file.name} onText={(name) => put(i, { ...file, name })} />
                <button
                  type="button"
                  class="button"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => change({ files: own.filter((_, one) => one !== i), run: 'no' })}
                >
                  Remove
                </button>
              </div>
            )}
            <textarea
              class="code"
              rows={Math.min(18, file.text.split('\n').length + 1)}
              value={file.text}
              spellcheck={false}
              aria-label={`Text of ${file.name}`}
              onInput={({ currentTarget: { value: text } }) => {
                if (isOwn) put(i, { ...file, text });
                else add([{ ...file, text }]);
              }}
            />
          </details>
        );
      })}
      <div class="file-buttons">
        <button type="button" class="button" onClick={() => add([{ name: freeName(own), text: '' }])}>
          New file
        </button>
        <label class="button">
          From disk
          <input type="file" multiple class="hidden" onChange={({ currentTarget }) => void read(currentTarget, add)} />
        </label>
      </div>
      {refused.value.length > 0 && (
        <p class="issue" role="alert">
          Not added, as it is no text: {refused.value.join(', ')}.
        </p>
      )}
      {isTooLong.value && (
        <p class="issue" role="alert">
          This is too long for a link: the one in the address bar is older.
        </p>
      )}
    </section>
  );
}

async function read(input: HTMLInputElement, add: (files: readonly PageFile[]) => void): Promise<void> {
  const chosen = [...(input.files ?? [])];
  input.value = '';
  const found = await Promise.all(
    chosen.map(async (file) => ({ name: file.name, text: await file.slice(0, MOST_BYTES).text() })),
  );
  // Anything but UTF-8 text would not survive a link.
  const isText = ({ text }: PageFile) => !/[\0\uFFFD]/.test(text);
  refused.value = found.filter((file) => !isText(file)).map(({ name }) => name);
  if (found.some(isText)) add(found.filter(isText));
}

function freeName(files: readonly PageFile[]): string {
  for (let i = 1; ; i++) if (!files.some(({ name }) => name === `file-${i}.yml`)) return `file-${i}.yml`;
}
