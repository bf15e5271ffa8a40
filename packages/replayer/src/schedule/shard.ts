import { OptionsError } from '../errors/errors.ts';

/** Part `index`, from 0, of `count` parts. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * Reads `i/n`, i from 0. Whoever takes the shard checks that there is such a part.
 *
 * @throws {SyntaxError} quoting the text and saying what is expected
 */
export function parseShard(text: string): Shard {
  const [, index = '', count = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === '') {
    throw new SyntaxError(`Cannot read shard "${text}", expected i/n with i from 0, such as 0/4`);
  }
  return { index: Number(index), count: Number(count) };
}

/** @throws {OptionsError} if there is no such part */
export function checkedShard(shard: Shard): Shard {
  const { index, count } = shard;
  if (Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 && index < count) {
    return shard;
  }
  throw new OptionsError(
    `Cannot take shard ${index} of ${count}, expected a number from 0 to ${count - 1}`,
    'shard',
  );
}

/** Whether the shard has the selected row at this place: shards take turns. */
export function isInShard({ index, count }: Shard, place: number): boolean {
  return place % count === index;
}

/** How many of `rows` rows are in the shard. */
export function rowsOfShard({ index, count }: Shard, rows: number): number {
  return rows > index ? Math.ceil((rows - index) / count) : 0;
}
