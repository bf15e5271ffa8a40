import { createHash } from 'node:crypto';

import { element, escapeText } from '../chart/svg.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** What differs from page to page. */
export interface PageContent {
  readonly title: string;
  /** Markup of the page's body. */
  readonly body: string;
  /** For the script: rows by column, and the like. Absent if there is nothing to point at. */
  readonly data?: unknown;
}

/**
 * One HTML file that loads nothing: its policy allows this script and this style sheet by their
 * hashes, and no request.
 */
export function documentOf({ title, body, data }: PageContent): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeText(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="icon" href="data:,">',
    element('title', {}, escapeText(title)),
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    body,
    '<div id="tip" role="status" hidden></div>',
    '<button id="zoom" type="button" hidden>Show the whole time</button>',
    data === undefined ? '' : `<script type="application/json" id="rows">${jsonOf(data)}</script>`,
    `<script>${SCRIPT}</script>`,
    '</body>',
    '</html>\n',
  ].join('\n');
}

/** JSON that ends no script element and begins no comment, whatever texts are in it. */
function jsonOf(data: unknown): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
