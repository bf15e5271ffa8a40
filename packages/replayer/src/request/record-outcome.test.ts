import { expect, test } from 'vitest';

import type { ExchangeFacts } from '../client/exchange-facts.ts';
import { recordOutcome } from './record-outcome.ts';
import { AnswerParser } from '../stream/answer.ts';

const ASKED = {
  ...{ row: 0, dueNs: 0, inputTokens: 1, outputTokens: 1, target: 0, bodyBytes: 1 },
  exactLength: true,
};

/** The failure of a request whose connection ended so before any answer. */
function failureOf(code: string | undefined, peerClosed: string | undefined, isMalformed: boolean) {
  const error = Object.assign(new Error('broken'), code !== undefined && { code });
  const facts: ExchangeFacts = {
    dispatchedNs: 0,
    endNs: 1,
    ending: { kind: 'error', error, peerClosed, isMalformed },
  };
  return recordOutcome(ASKED, facts, new AnswerParser().end()).failure;
}

const endings: [code: string | undefined, name: string, peerClosed?: string][] = [
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  // 12: descriptors, and ports, used up.
  ['EMFILE', 'local_limit'],
  ['ENFILE', 'local_limit'],
  ['EADDRNOTAVAIL', 'local_limit'],
  ['ENOBUFS', 'local_limit'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['EPROTO', 'tls'],
  ['UND_ERR_SOCKET', 'tls', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  ['UND_ERR_SOCKET', 'reset', 'FIN'],
  ['ECONNRESET', 'reset', 'ECONNRESET'],
  [undefined, 'reset'],
  ['UND_ERR_HEADERS_OVERFLOW', 'malformed'],
];

test.each(endings)('recordOutcome() of %s is %s', (code, name, peerClosed) => {
  const failure = failureOf(code, peerClosed, name === 'malformed');
  expect(failure?.class).toBe(name);
  expect(failure?.code).toBe(peerClosed ?? code);
});
