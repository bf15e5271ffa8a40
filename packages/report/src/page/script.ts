/**
 * The script of every page: the row or bin below the pointer, and zoom on all time axes at once.
 * Nothing that the page needs to be read. It makes text by `textContent` alone.
 */
export const SCRIPT = `
'use strict';
(() => {
const SVG = 'http://www.w3.org/2000/svg';
const plots = [...document.querySelectorAll('svg[data-plot]')];
const timePlots = plots.filter((plot) => plot.dataset.time);
const tip = document.getElementById('tip');
const button = document.getElementById('zoom');
const block = document.getElementById('rows');
const rows = block ? JSON.parse(block.textContent) : undefined;
const number = (plot, name) => Number(plot.dataset[name]);
const full = (plot) => [number(plot, 'x0'), number(plot, 'x1')];
let range;

const rangeOf = (plot) => (plot.dataset.time && range) || full(plot);
const pointOf = (plot, event) =>
  new DOMPoint(event.clientX, event.clientY).matrixTransform(plot.getScreenCTM().inverse());
const isInside = (plot, { x, y }) =>
  x >= number(plot, 'left') && x <= number(plot, 'right') &&
  y >= number(plot, 'top') && y <= number(plot, 'bottom');
const timeAt = (plot, x) => {
  const [from, to] = rangeOf(plot);
  return from + ((x - number(plot, 'left')) / (number(plot, 'right') - number(plot, 'left'))) * (to - from);
};
const clock = (seconds) => {
  if (seconds < 60) return Number(seconds.toFixed(2)) + ' s';
  const whole = Math.round(seconds);
  const two = (value) => String(value).padStart(2, '0');
  const rest = two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
  return whole >= 3600 ? Math.floor(whole / 3600) + ':' + rest : rest.replace(/^0/, '');
};

function show(event, lines) {
  tip.textContent = lines.join('\\n');
  tip.hidden = false;
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  const top = event.clientY + 18 + tip.offsetHeight > innerHeight
    ? event.clientY - tip.offsetHeight - 12
    : event.clientY + 18;
  tip.style.left = Math.max(4, left) + 'px';
  tip.style.top = top + 'px';
}

const WORDS = {
  dueSeconds: ['due', 's'], ttftMs: ['TTFT', 'ms'], itlMs: ['ITL', 'ms'],
  latencyMs: ['latency', 'ms'], lagMs: ['lag', 'ms'],
  inputTokens: ['input', 'tokens'], outputTokens: ['output', 'tokens'],
};

function rowLines(place) {
  const lines = ['row ' + rows.columns.row[place] + ': ' + rows.classes[rows.columns.rowClass[place]]];
  for (const [name, [label, unit]] of Object.entries(WORDS)) {
    const value = rows.columns[name][place];
    if (value !== null) lines.push(label + ' ' + value.toLocaleString('en') + ' ' + unit);
  }
  return lines;
}

function nearestRow(plot, { x, y }) {
  const { x: xName, y: yName, log } = plot.dataset;
  const [xs, ys] = [rows.columns[xName], rows.columns[yName]];
  if (!xs || !ys) return undefined;
  const [left, right] = [number(plot, 'left'), number(plot, 'right')];
  const [top, bottom] = [number(plot, 'scaleTop'), number(plot, 'bottom')];
  const [x0, x1] = rangeOf(plot);
  const [y0, y1] = [number(plot, 'y0'), number(plot, 'y1')];
  const part = (value, low, high, isLog) =>
    isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  let best;
  let least = 400;
  for (let place = 0; place < xs.length; place++) {
    if (xs[place] === null) continue;
    const atX = left + part(xs[place], x0, x1, !plot.dataset.time) * (right - left);
    if (Math.abs(atX - x) > 20) continue;
    const value = ys[place];
    const atY = value === null ? top - 12 : bottom - part(Math.max(value, y0), y0, y1, log) * (bottom - top);
    const far = (atX - x) ** 2 + (atY - y) ** 2;
    if (far < least) [best, least] = [place, far];
  }
  return best;
}

function binLines(plot, { x }) {
  const table = plot.closest('figure').querySelector('table');
  const line = table.tBodies[0].rows[Math.floor(timeAt(plot, x) / number(plot, 'bin'))];
  if (!line) return undefined;
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...line.cells].map((cell, place) => titles[place] + ': ' + cell.textContent);
}

function onMove(plot, event) {
  const point = pointOf(plot, event);
  tip.hidden = true;
  if (!isInside(plot, point)) return;
  if (plot.dataset.bin) {
    const lines = binLines(plot, point);
    if (lines) show(event, lines);
  } else if (rows && plot.dataset.y) {
    const place = nearestRow(plot, point);
    if (place !== undefined) show(event, rowLines(place));
  }
}

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];

function drawTicks(plot) {
  const [from, to] = rangeOf(plot);
  const [left, right] = [number(plot, 'left'), number(plot, 'right')];
  const bottom = number(plot, 'bottom');
  const step = STEPS.find((each) => (to - from) / each <= 9) || 86400;
  const nodes = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step / 1e6; value += step) {
    const x = left + ((value - from) / (to - from)) * (right - left);
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', 'M' + x + ' ' + plot.dataset.top + 'V' + bottom);
    line.setAttribute('class', 's-line');
    const text = document.createElementNS(SVG, 'text');
    text.setAttribute('x', x);
    text.setAttribute('y', bottom + 16);
    text.setAttribute('text-anchor', 'middle');
    text.setAttribute('class', 'f-dim');
    text.textContent = clock(value);
    nodes.push(line, text);
  }
  plot.querySelector('.ticks').replaceChildren(...nodes);
}

function zoomTo(next) {
  range = next;
  button.hidden = !range;
  for (const plot of timePlots) {
    const [x0, x1] = full(plot);
    const [from, to] = rangeOf(plot);
    const left = number(plot, 'left');
    const factor = (x1 - x0) / (to - from);
    const start = ((from - x0) / (x1 - x0)) * (number(plot, 'right') - left);
    const shift = left - factor * (left + start);
    plot.querySelector('.marks').setAttribute('transform', 'translate(' + shift + ' 0) scale(' + factor + ' 1)');
    drawTicks(plot);
  }
}

for (const plot of plots) {
  let start;
  let box;
  plot.addEventListener('pointermove', (event) => {
    if (start === undefined) return onMove(plot, event);
    const { x } = pointOf(plot, event);
    box.setAttribute('x', Math.min(start, x));
    box.setAttribute('width', Math.abs(x - start));
  });
  plot.addEventListener('pointerleave', () => { tip.hidden = true; });
  if (!plot.dataset.time) continue;
  plot.addEventListener('pointerdown', (event) => {
    const point = pointOf(plot, event);
    if (event.button !== 0 || event.pointerType === 'touch' || !isInside(plot, point)) return;
    event.preventDefault();
    plot.setPointerCapture(event.pointerId);
    start = point.x;
    box = document.createElementNS(SVG, 'rect');
    box.setAttribute('class', 'select');
    box.setAttribute('y', plot.dataset.top);
    box.setAttribute('height', number(plot, 'bottom') - number(plot, 'top'));
    plot.append(box);
  });
  const release = (event) => {
    if (start === undefined) return;
    const { x } = pointOf(plot, event);
    box.remove();
    const [from, to] = [Math.min(start, x), Math.max(start, x)].map((each) =>
      Math.min(number(plot, 'right'), Math.max(number(plot, 'left'), each)));
    start = undefined;
    if (event.type === 'pointerup' && to - from > 5) zoomTo([timeAt(plot, from), timeAt(plot, to)]);
  };
  plot.addEventListener('pointerup', release);
  plot.addEventListener('pointercancel', release);
  plot.addEventListener('dblclick', () => zoomTo(undefined));
}
button.addEventListener('click', () => zoomTo(undefined));
})();
`;
