/** Takes our secrets out of a text. */
export type Redact = (text: string) => string;

/** Keeps every text as it is. */
export const keepAll: Redact = (text) => text;

const REDACTED = '[redacted]';
/** Shorter values are too common as words: a text without them would say nothing. */
const LEAST_SECRET = 4;
/** The same for a value that nothing marks as a secret. */
const LEAST_VALUE = 8;
/** Names of headers, fields and parameters whose values are secrets. */
const SECRET_NAME =
  /auth(?!or(?!iz))|key|token|cookie|secret|passw|passphrase|signature|cred|bearer/i;
/** Fields of a request's body whose names match, and whose values are counts or settings. */
const NO_SECRET = /tokens|token_?(ids?|count|limit)|^(min|max|stop|eos|bos|pad|unk)_token/i;
/** Headers that hold nothing of the user's own. */
const PUBLIC_HEADERS = new Set(['host', 'accept', 'accept-encoding', 'content-type', 'user-agent']);
/** How much of a body is looked through for fields with secret names. */
const DEEPEST = 32;

/** What a run is told in confidence. */
export interface Confidence {
  readonly headers?: Readonly<Record<string, string>>;
  /** Query of a URL. */
  readonly query?: string | undefined;
  /** Fields of every request. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * The values that no file, page or message may repeat: those of headers, of the parameters of a
 * query, and of fields of the body whose names say that they are secret.
 */
export function secretsOf({ headers = {}, query, body = {} }: Confidence): readonly string[] {
  const secrets = new Set<string>();
  const add = (value: string, isSecret: boolean) => {
    if (value.length >= (isSecret ? LEAST_SECRET : LEAST_VALUE)) secrets.add(value);
  };
  for (const [name, value] of Object.entries(headers)) {
    if (PUBLIC_HEADERS.has(name.toLowerCase())) continue;
    const isSecret = SECRET_NAME.test(name);
    for (const part of partsOf(value)) add(part, isSecret);
  }
  for (const [name, value] of new URLSearchParams(query)) add(value, SECRET_NAME.test(name));
  for (const value of secretFieldsOf(body)) add(value, true);
  return [...secrets];
}

/** Whether the name of a field of a body says that its value is secret. */
export function isSecretField(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET.test(name);
}

/** The whole value, the key behind a scheme, each cookie, and both halves of a password pair. */
function partsOf(value: string): string[] {
  const parts = [value, ...value.split(/[\s;,]+/)];
  for (const part of parts.slice(1)) {
    const at = part.indexOf('=');
    if (at > 0 && at < part.length - 1 && !part.endsWith('=')) parts.push(part.slice(at + 1));
  }
  const [, basic] = /^basic\s+(\S+)$/i.exec(value) ?? [];
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString('utf8');
    parts.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  // The name of a scheme is no secret.
  return parts.filter((part) => !/^(bearer|basic|digest|token|apikey)$/i.test(part));
}

function secretFieldsOf(value: unknown, isSecret = false, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  if (typeof value !== 'object' || value === null) {
    return isSecret && typeof value === 'string' ? [value] : [];
  }
  return Object.entries(value).flatMap(([name, field]) =>
    secretFieldsOf(field, isSecret || (!Array.isArray(value) && isSecretField(name)), depth + 1),
  );
}

/** So much of a secret is one already: a text may have been cut in its middle. */
const HEAD_CHARACTERS = 8;

/**
 * Makes what replaces secrets by `[redacted]`: whole, or cut after their first 8 characters; also
 * in another case, with escapes of JSON, of a URL or of HTML, or in base64.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const texts = secrets.flatMap((secret) => [secret, ...base64Forms(secret)]);
  const removers = [...new Set(texts)]
    // The longest first: a key may begin another.
    .sort((one, other) => other.length - one.length)
    .map(createRemover);
  return (text) => removers.reduce((rest, remove) => remove(rest), text);
}

function createRemover(secret: string): Redact {
  const forms = [...secret].map(characterForm);
  const head = new RegExp(forms.slice(0, HEAD_CHARACTERS).join(''), 'giu');
  const rest = forms.slice(HEAD_CHARACTERS);
  return (text) => {
    let kept = '';
    let from = 0;
    for (const found of text.matchAll(head)) {
      if (found.index < from) continue;
      kept += text.slice(from, found.index) + REDACTED;
      from = endOf(text, found.index + found[0].length, rest);
    }
    return kept + text.slice(from);
  };
}

/** Where the characters of a secret stop to follow each other. */
function endOf(text: string, start: number, forms: readonly string[]): number {
  let at = start;
  for (const form of forms) {
    const next = new RegExp(form, 'iuy');
    next.lastIndex = at;
    if (!next.test(text)) break;
    at = next.lastIndex;
  }
  return at;
}

/** One character, as it is or as an escape. */
function characterForm(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const uri = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
  const forms = [
    `\\\\{0,2}${escaped(character)}`,
    uri.join(''),
    `\\\\{1,2}u${hex.padStart(4, '0')}`,
    `&#(?:${code}|x0*${hex});?`,
  ];
  return `(?:${forms.join('|')})`;
}

/** The three texts that a secret becomes in base64, by what stands before it; without its ends. */
function base64Forms(secret: string): string[] {
  if (secret.length < LEAST_VALUE) return [];
  return [0, 1, 2].map((before) => {
    const text = Buffer.from(`${'\0'.repeat(before)}${secret}`).toString('base64');
    return text.replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, -1);
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
