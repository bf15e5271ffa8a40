import { keepAll, type Redact } from './redact.ts';

/** Words after which a value is a secret, in a header, a query or a JSON text. */
const SECRET =
  /\b(authorization|proxy-authorization|cookie|x-api-key|api[-_]?key|access[-_]?token|token|password|secret)(["']?\s*[:=]\s*["']?)(bearer\s+|basic\s+)?[^\s"'&,;]+/gi;
/** A key of which a server shows the ends alone. */
const MASKED = /[\w.~+/-]*\w[*•]{3,}[\w.~+/=-]*|[*•]{3,}\w[\w.~+/=-]*/g;
/** User name and password of a URL. */
const USER_INFO = /\/\/[^\s"]*@/g;
const BEARER = /\bbearer\s+[\w.~+/=-]+/gi;
/** C0 and C1 controls, bidirectional marks, line and paragraph separators, unpaired surrogates. */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- control characters are what it is for
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text of a server or library on one line, at most `most` characters, without control characters
 * and without anything that looks like a key.
 *
 * @param redact takes out the values that are known to be secret
 */
export function printable(text: string, most: number, redact: Redact = keepAll): string {
  const clean = redact(text.slice(0, most * 4))
    .replace(UNPRINTABLE, ' ')
    .replace(SECRET, '$1$2[redacted]')
    .replace(MASKED, '[redacted]')
    .replace(USER_INFO, '//[redacted]@')
    .replace(BEARER, 'Bearer [redacted]')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}
