import { expect, test } from 'vitest';

import { createPlainLines } from '../image/plain-lines.mjs';

const cases: [behaviour: string, text: string, lines: string[], live: string][] = [
  ['gives a line when it ends', 'one\r\ntwo\r\nthr', ['one', 'two'], ''],
  ['gives a line as it last looked', '\r\u001b[Ka 1\r\u001b[Ka 2\r\n', ['a 2'], ''],
  ['holds back a line that lives, and shows it', '\r\u001b[Ka 1\r\u001b[Ka 2', [], 'a 1'],
  ['gives a remark that takes the place of the live line', '\ra 1\r\u001b[Knote\r\n', ['note'], ''],
  ['takes colours away', '\u001b[32mok\u001b[39m\r\n', ['ok'], ''],
  ['keeps empty lines', 'a\r\n\r\nb\r\n', ['a', '', 'b'], ''],
];

test.each(cases)('createPlainLines() %s', (_behaviour, text, expected, live) => {
  const whole = createPlainLines();
  expect(whole.push(text)).toEqual(expected);
  expect(whole.live).toBe(live);
  // Cut anywhere, also inside an escape.
  for (let at = 0; at <= text.length; at++) {
    const lines = createPlainLines();
    const found = [...lines.push(text.slice(0, at)), ...lines.push(text.slice(at))];
    expect(found, `cut at ${at}`).toEqual(expected);
  }
});

test('createPlainLines() holds little of a line that is drawn for hours', () => {
  const lines = createPlainLines();
  for (let second = 0; second < 20_000; second++) lines.push(`\r\u001b[K${second} of 20000`);
  expect(lines.live).toBe('19998 of 20000');
  expect(lines.push('\r\n')).toEqual(['19999 of 20000']);
});
