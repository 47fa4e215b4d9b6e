import { escaped } from './markdown.mjs';
import { addressOf, GROUPS } from './pages.mjs';

const TOP = [
  ['Guide', addressOf('README')],
  ['Playground', 'playground/'],
  ['API', 'api/'],
  ['Validation', addressOf('validation')],
  ['Findings', addressOf('findings')],
];

/** Everything around the text of a page. `root` leads to the site's first page: `''` or `'../'`. */
export function page({ title, description, root, current, titles, main, aside = '', scripts = '' }) {
  const top = TOP.map(([name, to]) => `<a href="${root}${to}">${name}</a>`).join('');
  const item = (name) => {
    const here = name === current ? ' aria-current="page"' : '';
    return `<li><a href="${root}${addressOf(name)}"${here}>${escaped(titles.get(name))}</a></li>`;
  };
  const all = GROUPS.map(([group, names]) => `<h2>${group}</h2><ul>${names.map(item).join('')}</ul>`).join('');
  const side = `<nav class="side" aria-label="Documents"><details><summary>All documents</summary>${all}</details><div class="wide">${all}</div></nav>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<meta name="description" content="${escaped(description)}">
<link rel="icon" href="${root}icon.svg">
<link rel="stylesheet" href="${root}style.css">
</head>
<body${current === undefined ? ' class="front"' : ''}>
<a class="skip" href="#main">Skip to the text</a>
<header>
<a class="name" href="${root}index.html">astra-sim-ts</a>
<nav aria-label="Site">${top}</nav>
</header>
<div class="columns">
${current === undefined ? '' : side}
<main id="main">
${main}
</main>
${aside && `<nav class="toc" aria-label="On this page">${aside}</nav>`}
</div>
${scripts}
</body>
</html>
`;
}
