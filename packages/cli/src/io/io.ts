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

/** How wide and how coloured text for stdout may be; a report is at most 100 columns wide. */
export function textOptionsFor({ stdout }: Io): {
  readonly width: number;
  readonly color: boolean;
} {
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return { width: Math.min(stdout.columns || 100, 100), color };
}

/** A remark for the person at the terminal, on stderr. */
export function remark(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}
