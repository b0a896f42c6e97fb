import { summary } from '../harness/statistics.mjs';
import { figure } from './figures.mjs';

/** What is drawn, with headings that are shorter than the scenarios' titles. */
const PANELS = {
  'emit-1': '1 handler',
  'emit-10': '10 handlers',
  'emit-1000x3': '1,000 topics with 3 handlers each',
  'await-1-async': 'awaited, 1 async handler',
};

const WIDTH = 840;
const MARGIN = 20;
const HEADER = 62;
const ROW = 18;
const LABEL = 186;
const BAR = 136;
const PANEL = { width: (WIDTH - 2 * MARGIN) / 2, head: 30, foot: 16 };
/** A bar that would be so many times as long as the next one is cut, or it would leave nothing to see of the others. */
const TOO_LONG = 3;

const STYLE = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .head { font-weight: 600; }
  .note { fill: #59636e; }
  .ground { fill: #ffffff; stroke: #d1d9e0; }
  .cut { stroke: #ffffff; stroke-width: 3; }
  .peer { fill: #afb8c1; }
  .bus { fill: #0969da; }
  text.own { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .note { fill: #9198a1; }
    .ground { fill: #0d1117; stroke: #3d444d; }
    .cut { stroke: #0d1117; }
    .peer { fill: #656c76; }
    .bus { fill: #4493f8; }
  }`;

/**
 * What an emit takes on one Node, the bus and its peers, as an SVG: bars in panels two abreast, the fastest first. It has a ground
 * of its own, since whoever shows it may be dark where the reader's system is light.
 *
 * @param run one in which all scenarios of the panels were measured
 */
export function plot(run) {
  const panels = Object.entries(PANELS).map(([name, heading]) => ({ heading, rows: rowsOf(run, name) }));
  const above = panels.slice(0, 2);
  const second = HEADER + heightOf(above);
  const height = second + heightOf(panels.slice(2)) + 4;
  const drawn = panels.map((each, index) =>
    panel(each, MARGIN + (index % 2) * PANEL.width, index < 2 ? HEADER : second),
  );
  const { versions, machine } = run;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">How long an emit takes, compared</title>
  <desc id="desc">${escaped(panels.map(description).join(' '))}</desc>
  <style>${STYLE}
  </style>
  <rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
  <text class="title" x="${MARGIN}" y="30">Processor time of an emit: shorter is better</text>
  <text class="note" x="${MARGIN}" y="49">Medians. Node ${versions.node}, ${escaped(machine.cpu)}, ${run.date.slice(0, 10)}</text>
${drawn.join('\n')}
</svg>
`;
}

function rowsOf({ results }, name) {
  const { contenders, values } = results.find((result) => result.name === name);
  return Object.entries(values)
    .map(([contender, rounds]) => ({
      title: contenders[contender],
      isBus: contender.startsWith('bus-'),
      time: summary(rounds).median,
    }))
    .toSorted((a, b) => a.time - b.time);
}

function heightOf(panels) {
  return PANEL.head + Math.max(...panels.map(({ rows }) => rows.length)) * ROW + PANEL.foot;
}

function panel({ heading, rows }, left, top) {
  const scale = scaleOf(rows);
  const bars = rows.map((row, index) => bar(row, scale, top + PANEL.head + index * ROW));
  return `  <g transform="translate(${left} 0)">
    <text class="head" x="0" y="${top + 18}">${escaped(heading)}</text>
${bars.join('\n')}
  </g>`;
}

/** The time that the longest bar stands for; longer ones are cut. */
function scaleOf(rows) {
  const [longest, next] = rows.map(({ time }) => time).toReversed();
  return longest > next * TOO_LONG ? next : longest;
}

function bar({ title, isBus, time }, scale, y) {
  const isCut = time > scale;
  const width = (Math.min(time / scale, 1) * BAR).toFixed(1);
  const own = isBus ? ' class="own"' : '';
  const cut = isCut
    ? `\n    <path class="cut" d="M${LABEL + BAR - 22} ${y + ROW}l6 -${ROW}M${LABEL + BAR - 15} ${y + ROW}l6 -${ROW}"/>`
    : '';
  return `    <text${own} x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escaped(title)}</text>
    <rect class="${isBus ? 'bus' : 'peer'}" x="${LABEL}" y="${y + 3}" width="${width}" height="${ROW - 5}"/>${cut}
    <text${own} x="${(LABEL + Number(width) + 6).toFixed(1)}" y="${y + 13}">${duration(time)}</text>`;
}

function duration(nanoseconds) {
  return nanoseconds < 1_000 ? `${figure(nanoseconds)} ns` : `${figure(nanoseconds / 1_000)} µs`;
}

function description({ heading, rows }) {
  return `${heading}: ${rows.map(({ title, time }) => `${title} ${duration(time)}`).join(', ')}.`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
