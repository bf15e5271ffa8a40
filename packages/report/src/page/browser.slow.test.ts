/// <reference lib="dom" />
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { renderRunPage } from '../run-page.ts';
import { EDGE_RUNS } from '../test/edge-runs.ts';
import { syntheticRun } from '../test/synthetic-run.ts';

/** Debian's `chromium`, or the program that CHROMIUM names. */
const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const HOSTILE = '</script><img src=x onerror="document.title=`owned`"><b>';

const title = existsSync(PROGRAM)
  ? 'a page in Chromium'
  : `a page in Chromium (there is no ${PROGRAM}: apt-get install chromium, or set CHROMIUM)`;

describe.skipIf(!existsSync(PROGRAM))(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'trace-replay-pages-'));
  let browser: Browser;

  beforeAll(async () => {
    const args = ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND'];
    browser = await chromium.launch({ executablePath: PROGRAM, args });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page, and collects all that a page must not do. */
  async function open(html: string, options: Parameters<Browser['newContext']>[0] = {}) {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    // axe-core is added from outside, which the policy of a page forbids.
    const context = await browser.newContext({ ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) faults.push(request.url());
    });
    await page.goto(`file://${file}`);
    return { page, faults };
  }

  const inView = async (page: Page, id: string) => {
    const plot = page.locator(`svg[data-plot="${id}"]`);
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error(`there is no picture "${id}"`);
    return box;
  };

  test.each(EDGE_RUNS)('of %s breaks no rule of its policy and logs nothing', async (_, run) => {
    const { page, faults } = await open(renderRunPage(syntheticRun(run).data));
    expect(await page.locator('figure svg').count()).toBeGreaterThan(2);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('lets no text of a server act', async () => {
    const { data, summary } = syntheticRun({
      rows: 200,
      change: (record) =>
        record.failure === undefined
          ? record
          : { ...record, failure: { ...record.failure, code: HOSTILE, message: HOSTILE } },
    });
    Object.assign(summary.run, { name: HOSTILE });
    Object.assign(summary.conditions, { model: HOSTILE, urls: [HOSTILE, HOSTILE, HOSTILE] });
    const { page, faults } = await open(renderRunPage(data));
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toContain('</script><img');
    expect(await page.locator('h1').textContent()).toBe(HOSTILE);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('shows the row below the pointer, zooms all time axes, and goes back', async () => {
    const { data } = syntheticRun({ rows: 500 });
    const { page, faults } = await open(renderRunPage(data));
    const box = await inView(page, 'outcomes');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    expect(await page.locator('#tip').textContent()).toMatch(/^due from: [^]*good: \d/);
    const marks = page.locator('svg[data-plot="ttft"] .marks');
    const ticks = page.locator('svg[data-plot="ttft"] .ticks');
    const before = await ticks.textContent();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
    await page.mouse.up();
    expect(await marks.getAttribute('transform')).toMatch(/^translate\(-[\d.]+ 0\) scale\(/);
    expect(await ticks.textContent()).not.toBe(before);
    await page.locator('#zoom').click();
    expect(await marks.getAttribute('transform')).toBe('translate(0 0) scale(1 1)');
    expect(await ticks.textContent()).toBe(before);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('points at the row that is drawn there', async () => {
    const { data } = syntheticRun({ rows: 30 });
    const { page } = await open(renderRunPage(data));
    const box = await inView(page, 'ttft');
    const values = data.columns.ttftMs.values();
    const place = values.findIndex((value, index) => index > 9 && !Number.isNaN(value));
    const at = await page.evaluate(
      ([seconds, ms]) => {
        const plot = document.querySelector<SVGSVGElement>('svg[data-plot="ttft"]')!;
        const number = (name: string) => Number(plot.dataset[name]);
        const [left, right] = [number('left'), number('right')];
        const [top, bottom] = [number('scaleTop'), number('bottom')];
        const part = Math.log(ms! / number('y0')) / Math.log(number('y1') / number('y0'));
        const x = left + (seconds! / number('x1')) * (right - left);
        const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
        return [x * scale, (bottom - part * (bottom - top)) * scale];
      },
      [data.columns.dueSeconds.at(place), data.columns.ttftMs.at(place)],
    );
    await page.mouse.move(box.x + at[0]!, box.y + at[1]!);
    const row = data.columns.row.at(place);
    expect(await page.locator('#tip').textContent()).toContain(`row ${row}: `);
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('is clean by axe-core, %s', async (colorScheme) => {
    const html = renderRunPage(syntheticRun({ rows: 300 }).data);
    const { page } = await open(html, { colorScheme, bypassCSP: true });
    await page.addScriptTag({ path: AXE });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
    });
    expect(found).toEqual([]);
    await page.context().close();
  });

  test('shows all pictures and tables without scripts', async () => {
    const html = renderRunPage(syntheticRun({ rows: 300 }).data);
    const { page, faults } = await open(html, { javaScriptEnabled: false });
    const figures = await page.locator('figure').count();
    expect(figures).toBeGreaterThan(8);
    expect(await page.locator('figure svg').count()).toBe(figures);
    expect(await page.locator('figure table').count()).toBe(figures);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('fits a telephone: nothing but pictures and tables is wider than it', async () => {
    const html = renderRunPage(syntheticRun({ rows: 300 }).data);
    const { page } = await open(html, { viewport: { width: 375, height: 700 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await page.context().close();
  });
});
