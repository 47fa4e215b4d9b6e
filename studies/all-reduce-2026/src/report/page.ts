/** Parts of a page that opens from disk: nothing is loaded from elsewhere. */
export interface Page {
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

const STYLE = `
body { font: 16px/1.5 sans-serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 1px solid #ddd; padding-top: 1rem; }
table { border-collapse: collapse; font-size: 0.85rem; } th, td { padding: 0.15rem 0.7rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr:nth-child(even) td { background: #f5f5f5; }
th { border-bottom: 1px solid #999; } code { background: #f2f2f2; padding: 0.1rem 0.3rem; }
dt { font-weight: bold; margin-top: 0.6rem; } dd { margin: 0 0 0 1.2rem; }
figure { margin: 1.2rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
.verdict { padding: 0.1rem 0.5rem; border-radius: 0.3rem; font-size: 0.9rem; font-weight: normal; color: white; background: #555; }
.confirmed { background: #00664c; } .corrected { background: #8a5a00; } .refuted { background: #a63603; } .answered { background: #0060a0; }
`;

/** A whole HTML document. */
export function htmlPage({ title, body }: Page): string {
  return (
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escapeHtml(title)}</title>\n` +
    `<style>${STYLE}</style>\n</head>\n<body>\n<h1>${escapeHtml(title)}</h1>\n${body}\n</body>\n</html>\n`
  );
}

/** Text as it may stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** HTML that stands as it is, where text would be escaped. */
export interface Html {
  readonly html: string;
}

export function link(to: string, text: string): Html {
  return { html: `<a href="${escapeHtml(to)}">${escapeHtml(text)}</a>` };
}

type Cell = string | number | Html;

/** A table with a head. */
export function htmlTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = (tag: 'th' | 'td', row: readonly Cell[]) =>
    `<tr>${row.map((cell) => `<${tag}>${typeof cell === 'object' ? cell.html : escapeHtml(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>\n${[cells('th', head), ...rows.map((row) => cells('td', row))].join('\n')}\n</table>`;
}
