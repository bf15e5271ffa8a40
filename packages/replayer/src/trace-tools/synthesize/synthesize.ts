import { OptionsError } from '../../errors/errors.ts';
import { type BlockId, scaleId, type TraceRow } from '../../trace/row.ts';
import { type DrawnRequest, RequestDraw } from './draw.ts';
import type { TraceModel } from './model.ts';
import {
  type ResolvedSynthesisOptions,
  resolveSynthesisOptions,
  type SynthesisOptions,
} from './options.ts';

/** Counts of the draws, which datagen does not print. */
export interface SynthesisTally {
  /** Requests drawn so far. */
  readonly drawn: number;
  /** Of these, dropped because their input length was outside the limits. */
  readonly dropped: number;
}

/** A trace in the making. */
export interface Synthesis {
  /** The rows, made as they are read; each call makes the same ones again. */
  rows(): Generator<TraceRow>;
  /** Of the rows read last, as far as they were read. */
  tally(): SynthesisTally;
}

/**
 * Makes a trace that resembles the one learned, in bounded memory and number by number as `datagen
 * synthesize` does. Each row carries `context_len` and `unique_user_prompt_len`, in tokens.
 * Source: Dynamo, `benchmarks/prefix_data_generator`; steps 6 to 13 of `docs/trace-tools.md`.
 *
 * @throws {OptionsError} for an option that is wrong; `rows` throws it when too many draws in a row
 *   are outside the input lengths
 */
export function synthesize(model: TraceModel, options: SynthesisOptions = {}): Synthesis {
  const resolved = resolveSynthesisOptions(options);
  let draw = new RequestDraw(model, resolved);
  return {
    *rows() {
      draw = new RequestDraw(model, resolved);
      const idsOf = createIdWriter(model, resolved);
      let index = 0;
      for (const request of draw.requests()) {
        const { timestampMs, inputLength, outputLength, contextLength } = request;
        const hashIds = idsOf(request);
        const otherFields = {
          context_len: contextLength,
          unique_user_prompt_len: inputLength - contextLength,
        };
        yield { index, timestampMs, inputLength, outputLength, hashIds, otherFields };
        index += 1;
      }
    },
    tally: () => ({ drawn: draw.drawn, dropped: draw.dropped }),
  };
}

/**
 * Writes ids out, each request in one of the copies of the tree. Copies are drawn after the last
 * request, and the old era needs the last id in use: all requests are drawn once in advance.
 */
function createIdWriter(
  model: TraceModel,
  options: ResolvedSynthesisOptions,
): (request: DrawnRequest) => BlockId[] {
  const copies = options.prefixRootMultiplier;
  if (copies === 1) return idsOf;
  const rehearsal = new RequestDraw(model, options);
  for (const _ of rehearsal.requests());
  const { walk, lastId } = rehearsal;
  return (request) => {
    const copy = walk.below(copies);
    return idsOf(request).map((id) =>
      model.compat === 'new' ? scaled(id, copies, copy) : scaled(lastId + 1, copy, id),
    );
  };
}

function idsOf({ ids }: DrawnRequest): number[] {
  const written: number[] = [];
  for (const { first, count } of ids) {
    for (let id = first; id < first + count; id += 1) written.push(id);
  }
  return written;
}

function scaled(number: number, factor: number, offset: number): BlockId {
  const copied = scaleId(number, factor, offset);
  if (copied !== undefined) return copied;
  throw new OptionsError(
    'Cannot synthesize a trace: its ids pass 2^64 - 1, expected fewer copies of the tree\n' +
      '  Lower --prefix-root-multiplier.',
  );
}
