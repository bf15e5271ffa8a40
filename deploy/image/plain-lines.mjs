import { stripVTControlCharacters } from 'node:util';

/**
 * What a program draws on a terminal → lines for a log: each finished line once, as it last looked.
 * A line that is drawn over and over (`\r`) stays back until it is finished; `live` shows it.
 *
 * @returns {{ push(text: string): string[], readonly live: string }} `push` takes the text as it
 *   comes, cut anywhere; `live` is the unfinished line as it was last drawn whole, '' for none
 */
export function createPlainLines() {
  let unfinished = '';
  return {
    push(text) {
      const lines = (unfinished + text).split('\n');
      // A line that lives for an hour is drawn thousands of times: only the last two are of use.
      unfinished = drawings(lines.pop()).slice(-2).join('\r');
      return lines.map((line) => drawings(line).findLast(hasText) ?? '').map(plain);
    },
    get live() {
      return plain(drawings(unfinished).slice(0, -1).findLast(hasText) ?? '');
    },
  };
}

function drawings(line) {
  return line.split('\r');
}

function hasText(drawing) {
  return plain(drawing) !== '';
}

function plain(drawing) {
  return stripVTControlCharacters(drawing).trimEnd();
}
