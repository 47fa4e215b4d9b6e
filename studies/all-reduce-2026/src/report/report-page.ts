import type { Audit } from '../audit/audit.js';
import type { Finding } from '../audit/finding.js';
import { escapeHtml, htmlPage, htmlTable, link } from './page.js';
import type { Provenance } from './provenance.js';

/** The report as one page, its pictures inside. */
export function reportPage(
  { findings, figures, tables, studies }: Audit,
  svgs: ReadonlyMap<string, string>,
  { commit, date, version, node }: Provenance,
): string {
  const compared = studies.reduce((sum, { points }) => sum + points.length, 0);
  const equal = studies.reduce((sum, study) => sum + study.equal, 0);
  const shown = new Set<string>();
  const figure = (name: string) => {
    const alt = figures.find((one) => one.name === name)?.alt ?? '';
    // Told twice, shown once.
    if (shown.has(name)) return `<p>See the picture <a href="#figure-${name}">${name}</a> above.</p>`;
    shown.add(name);
    const labelled = (svgs.get(name) ?? '').replace('<svg ', `<svg role="img" aria-label="${escapeHtml(alt)}" `);
    return (
      `<figure id="figure-${name}">${labelled}<figcaption>${escapeHtml(alt)} ` +
      `<a href="pictures/${name}.svg">SVG</a>, <a href="pictures/${name}.vl.json">specification</a></figcaption></figure>`
    );
  };
  const finding = (one: Finding) =>
    [
      `<h2 id="${one.id}">${escapeHtml(one.id)}. ${escapeHtml(one.title)} <span class="verdict ${one.verdict}">${one.verdict}</span></h2>`,
      `<dl><dt>The log</dt><dd>${escapeHtml(one.claimed)}</dd><dt>Here</dt><dd>${escapeHtml(one.found)}</dd>`,
      `<dt>Why</dt><dd>${escapeHtml(one.why)}</dd><dt>Run</dt><dd><code>${escapeHtml(one.command)}</code></dd>`,
      one.tables.length === 0 ? '' : `<dt>Data</dt><dd>${one.tables.map(tableLink).join(', ')}</dd>`,
      '</dl>',
      ...one.figures.map(figure),
    ].join('\n');
  const others = figures.filter(({ name }) => !findings.some((one) => one.figures.includes(name)));
  const body = [
    `<p>${equal} of ${compared} published times are reproduced to the nanosecond. Below, each claim of the log with ` +
      'what our own runs say of it.</p>',
    htmlTable(
      ['claim', 'verdict'],
      findings.map(({ id, title, verdict }) => [`${id}. ${title}`, link(`#${id}`, verdict)]),
    ),
    ...findings.map(finding),
    '<h2 id="tables">The 13 tables</h2>',
    htmlTable(
      ['table', 'points', 'equal', 'beyond the published', 'what it shows'],
      studies.map((study) => [
        ...[study.name, study.points.length, study.equal, study.unpublished.length, study.headline],
      ]),
    ),
    `<p>All points: ${studies.map(({ name }) => tableLink(name)).join(', ')}. Data of the audit: ${tables.map(({ name }) => tableLink(name)).join(', ')}.</p>`,
    '<h2 id="one-run">One run over time</h2>',
    '<p>The same as a trace for <a href="https://ui.perfetto.dev">Perfetto</a>: <a href="trace.json">trace.json</a>.</p>',
    ...others.map(({ name }) => figure(name)),
    '<h2 id="made-with">Made with</h2>',
    htmlTable(
      ['what', 'which'],
      [
        ['astra-sim-ts', version],
        ['commit', commit ?? 'not known'],
        ['Node.js', node],
        ['date', date],
      ],
    ),
  ];
  return htmlPage({ title: 'The published ASTRA-sim study: reproduced, completed, audited', body: body.join('\n') });
}

function tableLink(name: string): string {
  return `<a href="tables/${name}.csv">${name}.csv</a>`;
}
