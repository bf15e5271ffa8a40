export interface PlainLines {
  push(text: string): string[];
  readonly live: string;
}
export function createPlainLines(): PlainLines;
