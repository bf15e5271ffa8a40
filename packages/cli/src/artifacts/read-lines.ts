/** One line of a file. */
export interface Line {
  readonly text: string;
  /** True for a last line without its newline: a file cut off while it was written. */
  readonly isCut: boolean;
}

/** The lines of a UTF-8 stream, in bounded memory. Blank lines are left out. */
export async function* readLines(
  pieces: AsyncIterable<Buffer | string>,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines =
      `${rest}${typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })}`.split(
        '\n',
      );
    rest = lines.pop() ?? '';
    for (const text of lines) if (text.trim() !== '') yield { text, isCut: false };
  }
  if (rest.trim() !== '') yield { text: rest, isCut: true };
}
