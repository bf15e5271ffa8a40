import { createHash } from 'node:crypto';

import { type BodyOptions, bodyWriter, dueTimes, promptWriter, readTrace } from './adapter.ts';

const SEEDS = [42, 7];
const SHARDS = [undefined, { index: 1, count: 4 }, { index: 3, count: 4 }];

/** What follows from a trace file before anything is sent, as digests, with samples to read. */
export async function digestsOf(path: string) {
  const { rows, scan } = await readTrace(path);
  const digests: Record<string, unknown> = {};
  for (const speedup of [1, 3, 0.7]) {
    for (const shard of SHARDS) {
      const due = dueTimes(scan.timestampsMs, speedup, shard);
      const part = shard ? `shard ${shard.index}/${shard.count}` : 'whole';
      digests[`due times, speedup ${speedup}, ${part}`] = {
        rows: due.length,
        last: due.at(-1),
        sha256: sha256(due.map(({ row, dueNs }) => `${row} ${dueNs}\n`)),
      };
    }
  }
  for (const seed of SEEDS) {
    const prompts = promptWriter(seed);
    for (const form of ['words', 'token-ids'] as const) {
      const texts = rows.map(prompts[form]);
      digests[`prompts, seed ${seed}, ${form}`] = {
        ...sizeAndDigest(texts),
        first: texts[0]?.toString('latin1', 0, 60),
        last: texts.at(-1)?.toString('latin1', 0, 60),
      };
    }
  }
  const prompts = promptWriter(42);
  const texts = { words: rows.map(prompts.words), 'token-ids': rows.map(prompts['token-ids']) };
  for (const [name, options] of bodyOptions()) {
    const write = bodyWriter(options);
    const bodies = rows.map(({ outputLength }, index) =>
      write(texts[options.prompt][index] as Buffer, outputLength),
    );
    const [body = Buffer.alloc(0)] = bodies;
    digests[`bodies, ${name}`] = {
      ...sizeAndDigest(bodies),
      begins: body.toString('latin1', 0, 80),
      ends: body.toString('latin1', body.length - 190),
    };
  }
  const { sha256: fileSha256, rowCount, inputTokens, outputTokens, blockCount } = scan;
  const { rowsWithoutHashIds, cachePrediction } = scan;
  return {
    scan: {
      ...{ sha256: fileSha256, rowCount, inputTokens, outputTokens, blockCount },
      ...{ rowsWithoutHashIds, cachePrediction },
    },
    ...digests,
  };
}

function bodyOptions(): [name: string, options: BodyOptions][] {
  const all: [string, BodyOptions][] = [];
  for (const [endpoint, prompt] of [
    ['chat', 'words'],
    ['completions', 'words'],
    ['completions', 'token-ids'],
  ] as const) {
    for (const outputLength of ['exact', 'cap'] as const) {
      for (const serverDetails of [false, true]) {
        all.push([
          `${endpoint}, ${prompt}, ${outputLength}, details ${serverDetails ? 'on' : 'off'}`,
          { endpoint, prompt, outputLength, serverDetails, model: 'org/model "x"' },
        ]);
      }
    }
  }
  const extra = { temperature: 0, nvext: { annotations: ['a'] }, stream_options: { more: true } };
  const merged: BodyOptions = {
    ...{ endpoint: 'chat', prompt: 'words', outputLength: 'exact', serverDetails: true },
    ...{ model: 'm', extra },
  };
  return [...all, ['merged with fields of the user', merged]];
}

/** Length before content, so that no byte can change sides. */
function sizeAndDigest(texts: readonly Buffer[]) {
  const pieces = texts.flatMap((text) => [`${text.length}\n`, text]);
  return { bytes: texts.reduce((sum, { length }) => sum + length, 0), sha256: sha256(pieces) };
}

function sha256(pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
