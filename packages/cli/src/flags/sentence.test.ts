import { OptionsError, ReadinessError } from '@trace-replay/replayer';
import { expect, test } from 'vitest';

import { sentence } from './sentence.ts';

/** An error as the library throws it about an option. */
function about(option: string | undefined, message: string): OptionsError {
  return Object.assign(new OptionsError(message), { option });
}

test.each([
  [
    'the flag of an option',
    about('tokenIdRange', 'Cannot use "tokenIdRange" 9-1: its end is below its start'),
    'Cannot use --token-id-range 9-1: its end is below its start',
  ],
  [
    'the flags of several options, of files too',
    about('tls', 'Cannot use "tls.cert" and "tls.key": only one is given\n  Raise "drainSeconds".'),
    'Cannot use --cert and --key: only one is given\n  Raise --drain.',
  ],
  [
    'other quoted words as they are',
    about('headers', 'Cannot send header "a b": that is no header name'),
    'Cannot send header "a b": that is no header name',
  ],
  [
    'a header that has the name of an option as it is',
    about('headers', 'Cannot send header "model": its value has a control character'),
    'Cannot send header "model": its value has a control character',
  ],
  [
    'a header named as the option of headers is as it is',
    about('headers', 'Cannot send header "headers": it is given twice'),
    'Cannot send header "headers": it is given twice',
  ],
  [
    'a URL that equals the key of its option as it is',
    about('urls', 'Cannot use "urls" "urls": it is no URL, expected something like "http://a"'),
    'Cannot use --url "urls": it is no URL, expected something like "http://a"',
  ],
  [
    'a flag in the advice at the end of a line, and what stands in the URL as it is',
    about('urls', 'Cannot use "urls" "http://u:p@h/"model"": expected none; pass keys by "apiKey"'),
    'Cannot use --url "http://u:p@h/"model"": expected none; pass keys by --api-key-env or --api-key-file',
  ],
  [
    'the flag of an option that its schema refuses',
    about('speedup', 'Cannot use option "speedup": expected a number, not "limit"'),
    'Cannot use option --speedup: expected a number, not "limit"',
  ],
  [
    'fields of the body by their names',
    about(
      'body',
      'Cannot merge "body": it sets "body.model"\n  Leave "body.model" out; see "model".',
    ),
    'Cannot merge --body: it sets "model"\n  Leave "model" out; see --model.',
  ],
  [
    'flags in the next step of a server that is not ready, and its models as they are',
    new ReadinessError(
      'Cannot start: it lists "model"\n  Pass "model", check "urls" and "apiKey".',
    ),
    'Cannot start: it lists "model"\n' +
      '  Pass --model, check --url and --api-key-env or --api-key-file.',
  ],
  [
    'an error about no option as it is',
    about(undefined, 'Cannot synthesize a trace: "seed" is -1'),
    'Cannot synthesize a trace: "seed" is -1',
  ],
  ['another error of ours as it is', new SyntaxError('"seed" is x'), '"seed" is x'],
])('sentence() gives %s', (_what, error, expected) => {
  expect(sentence(error)).toBe(expected);
});

test('sentence() says of any other error that it is a bug', () => {
  expect(sentence(new TypeError('x'))).toMatch(/^Internal error, which is a bug of trace-replay: /);
});
