import type { ExitCode } from './exit-codes.ts';

/** Where a command writes. stdout carries results only; everything else goes to stderr. */
export interface Io {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/** What a command of the program is given. */
export interface CommandIo extends Io {
  /** Takes the exit code when the command has ended. */
  onEnd(code: ExitCode): void;
}

/** Writes a whole result to stdout and waits until it is gone. A closed pipe is not an error. */
export async function print(io: Io, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    io.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve());
  });
}

/** A remark for the person at the terminal, on stderr. */
export function remark(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}
