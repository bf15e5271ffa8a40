import { stripVTControlCharacters } from 'node:util';

/**
 * Turns the output of a terminal program into lines for a log: each finished line once, as it was
 * last drawn. A line that is redrawn (`\r`) is held back until it is finished.
 *
 * @returns {{ push(text: string): string[], readonly live: string }} `push` takes text cut
 *   anywhere; `live` is the unfinished line as it was last drawn whole, '' for none
 */
export function createPlainLines() {
  let unfinished = '';
  return {
    push(text) {
      const lines = (unfinished + text).split('\n');
      // A live line is redrawn thousands of times in an hour; the last two drawings are enough.
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
