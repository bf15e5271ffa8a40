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
    about('tls', 'Cannot use "tls.cert" and "key": only one is given\n  Raise "drainSeconds".'),
    'Cannot use --cert and --key: only one is given\n  Raise --drain.',
  ],
  [
    'other quoted words as they are',
    about('headers', 'Cannot send header "a b": that is no header name'),
    'Cannot send header "a b": that is no header name',
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
