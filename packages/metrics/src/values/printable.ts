/** Controls, marks of writing direction, line and paragraph separators, half characters. */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- control characters are what it is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text from outside as it may stand in a line of a report: nothing in it moves a cursor. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ').replace(/ +/g, ' ').trim();
}

/** The same characters as JSON escapes: the text means what it meant, and prints harmlessly. */
export function escapeUnprintable(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
