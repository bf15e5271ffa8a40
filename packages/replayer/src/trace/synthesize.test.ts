import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { checkRow } from './check-row.ts';
import { encodeRow } from './encode.ts';
import type { TraceRow } from './row.ts';
import { hasShared, sharedText } from './shared-data.test-support.ts';
import { synthesize } from './synthesize.ts';
import { TraceLearner, type TraceModel } from './synthesize-model.ts';
import { synthesisFileName } from './synthesize-name.ts';
import {
  type Compat,
  resolveSynthesisOptions,
  type SynthesisOptions,
} from './synthesize-options.ts';

interface PlainRow {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

function learn(rows: Iterable<TraceRow>, compat: Compat, blockSize = 512): TraceModel {
  const learner = new TraceLearner({ compat, blockSize, file: 'source.jsonl' });
  for (const row of rows) learner.add(row);
  return learner.model();
}

const fromPlain = (rows: readonly PlainRow[]) =>
  rows.map((row, index) => ({
    index,
    timestampMs: row.timestamp,
    inputLength: row.input_length,
    outputLength: row.output_length,
    hashIds: row.hash_ids,
  }));

function linesOf(model: TraceModel, options: SynthesisOptions) {
  const synthesis = synthesize(model, options);
  const floatTimestamps = model.compat === 'new';
  const lines = [...synthesis.rows()].map((row) => encodeRow(row, { floatTimestamps }));
  return { lines, ...synthesis.tally() };
}

/** datagen's spelling of the options. */
type GoldenOptions = Readonly<Record<string, number>>;

const optionsOf = (golden: GoldenOptions): SynthesisOptions =>
  Object.fromEntries(
    Object.entries(golden).map(([key, value]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

interface Golden {
  readonly file_names: { mode: Compat; input: string; options: GoldenOptions; name: string }[];
  readonly files: Record<
    string,
    {
      mode: Compat;
      input: string;
      num_requests: number;
      options: GoldenOptions;
      sha256: string;
      drawn: number;
      filtered: number;
    }
  >;
  readonly small: {
    traces: Record<string, PlainRow[]>;
    cases: {
      trace: string;
      mode: Compat;
      seed: number;
      num_requests: number;
      options: GoldenOptions;
      rows: Record<string, unknown>[];
    }[];
  };
}

const golden = hasShared ? (JSON.parse(sharedText('datagen/golden.json')) as Golden) : undefined;

describe.skipIf(golden === undefined)('synthesize() beside the reference implementation', () => {
  test.each(golden?.small.cases ?? [])('writes $trace, $mode, $options', (wanted) => {
    const model = learn(fromPlain(golden!.small.traces[wanted.trace]!), wanted.mode);
    const { seed, num_requests: numRequests } = wanted;
    const { lines } = linesOf(model, { seed, numRequests, ...optionsOf(wanted.options) });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(wanted.rows);
  });

  test.each(Object.entries(golden?.files ?? {}))('writes the file "%s"', (_name, wanted) => {
    const text = sharedText(`traces/${wanted.input}`).trimEnd().split('\n');
    const rows = text.map((line, index) => checkRow(line, { index, blockSize: 512 }));
    const model = learn(
      rows.map((checked) => {
        if (checked.problem) throw new Error(checked.problem.what);
        return checked.row;
      }),
      wanted.mode,
    );
    const options = { numRequests: wanted.num_requests, ...optionsOf(wanted.options) };
    const { lines, drawn, dropped } = linesOf(model, options);
    const sha256 = createHash('sha256');
    for (const line of lines) sha256.update(`${line}\n`);
    expect({ sha256: sha256.digest('hex'), drawn, dropped }).toEqual({
      sha256: wanted.sha256,
      drawn: wanted.drawn,
      dropped: wanted.filtered,
    });
  });

  test.each(golden?.file_names ?? [])('names $name', ({ mode, input, options, name }) => {
    const [stem = '', suffix = ''] = input.split(/(?=\.jsonl)/);
    const resolved = resolveSynthesisOptions(optionsOf(options));
    expect(synthesisFileName(stem, suffix, mode, resolved)).toBe(name);
  });
});
