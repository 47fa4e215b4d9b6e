import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import typescript from 'highlight.js/lib/languages/typescript';
import yaml from 'highlight.js/lib/languages/yaml';
import { Marked } from 'marked';
import { addressOf } from './pages.mjs';

for (const [name, language] of Object.entries({ bash, dockerfile, typescript, yaml })) {
  hljs.registerLanguage(name, language);
}
const LANGUAGES = {
  js: 'typescript',
  ts: 'typescript',
  sh: 'bash',
  bash: 'bash',
  yaml: 'yaml',
  dockerfile: 'dockerfile',
};

export const escaped = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** Makes ids as GitHub does, because the links between the documents rely on that. */
const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/** Blocks of code with a file name after their language. */
export function namedFiles(text) {
  return [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name, content]) => ({ name, text: content }));
}

/**
 * Turns a document into HTML, and lists its headings.
 * @param {string} text Markdown.
 * @param {object} options
 * @param {string} options.file its path in the repository, such as `docs/model.md`
 * @param {(path: string) => string} options.fileLink the address of a file of the repository that is not a document
 * @param {(code: string, lang: string) => readonly { name: string; to: string }[]} options.playgroundLinks what opens a block there
 */
export function htmlOf(text, { file, fileLink, playgroundLinks }) {
  const headings = [];
  const used = new Map();
  const cell = (parser, tag, { tokens, align }) =>
    `<${tag}${align ? ` class="${align}"` : ''}>${parser.parseInline(tokens)}</${tag}>`;
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text: raw }) {
        const base = slugOf(raw.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
        const times = used.get(base) ?? 0;
        used.set(base, times + 1);
        const id = times === 0 ? base : `${base}-${times}`;
        const html = this.parser.parseInline(tokens);
        headings.push({ depth, id, html });
        const anchor = depth === 1 ? '' : ` <a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
        return `<h${depth} id="${id}">${html}${anchor}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(relinked(href, file, fileLink))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alt }) {
        return `<img src="${escaped(relinked(href, file, fileLink))}" alt="${escaped(alt)}" loading="lazy">`;
      },
      code({ text: code, lang }) {
        const language = LANGUAGES[(lang ?? '').split(' ')[0]];
        const html = language ? hljs.highlight(code, { language }).value : escaped(code);
        const line = playgroundLinks(code, lang ?? '')
          .map(({ name, to }) => `<a href="${escaped(to)}">${name}</a>`)
          .join(' ');
        return `<div class="code"><pre tabindex="0"><code>${html}</code></pre>${line && `<p class="try">${line}</p>`}</div>\n`;
      },
      table({ header, rows }) {
        const row = (tag, cells) => `<tr>${cells.map((one) => cell(this.parser, tag, one)).join('')}</tr>`;
        const body = rows.map((cells) => row('td', cells)).join('\n');
        return `<div class="table" tabindex="0"><table><thead>${row('th', header)}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  return { html: marked.parse(text), headings };
}

/** Turns links between documents into links between pages; pictures are next to them, everything else is a file. */
function relinked(href, file, fileLink) {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [path, hash] = href.split('#');
  const full = new URL(path, `file:///${file}`).pathname.slice(1);
  const anchor = hash === undefined ? '' : `#${hash}`;
  const document = /^(?:docs\/([\w-]+)|(README))\.md$/.exec(full);
  if (document) return `../${addressOf(document[1] ?? document[2])}${anchor}`;
  if (full.startsWith('docs/pictures/')) return `../${full.slice('docs/'.length)}`;
  return fileLink(full) + anchor;
}
