export type Style = 'bold' | 'dim' | 'red' | 'yellow';

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
};

export interface TextOptions {
  /** Columns of the terminal; 100 by default, and 60 at least. */
  readonly width?: number;
  /** Escape codes for colours; off by default. */
  readonly color?: boolean;
  /** Where the files lie, for the last line. */
  readonly artifacts?: string;
  /** Every line and figure; by default only those that say something. */
  readonly verbose?: boolean;
}

const LABEL_WIDTH = 12;
const INDENT = ' '.repeat(LABEL_WIDTH);

/** Lays out lines for one terminal. Facts and prose fill the room beside a label unless told. */
export type Page = ReturnType<typeof createPage>;

export function createPage({ width: given = 100, color = false, verbose = false }: TextOptions) {
  const width = Math.max(given, 60);
  const room = width - LABEL_WIDTH;
  const paint = (style: Style, text: string) => {
    const [on, off] = CODES[style];
    return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  const paintAll = (style: Style, lines: readonly string[]) =>
    lines.map((line) => paint(style, line));
  /** On as few lines as the text fits on; so are facts, with `·` between those of one line. */
  const prose = (text: string, columns = room) => flow(text.split(' '), ' ', columns);
  const proseOf = (sentences: readonly string[]) => sentences.flatMap((each) => prose(each));
  const facts = (all: readonly (string | undefined)[] = [], columns = room) => {
    const known = all.filter((fact) => fact !== undefined);
    return flow(known, ' · ', columns);
  };
  const warning = (text: string) => paintAll('yellow', prose(text));
  const section = (label: string, lines: readonly string[]) =>
    lines.map((line, index) => {
      return index === 0 ? paint('dim', label.padEnd(LABEL_WIDTH)) + line : INDENT + line;
    });
  /** A path beside its label, or below it where it would be cut in two. */
  const place = (label: string, path: string) =>
    path.length <= room ? section(label, [path]) : [paint('dim', label), ...facts([path], width)];
  return { width, room, verbose, place, paint, paintAll, prose, proseOf, facts, warning, section };
}

export function joinGroups(groups: readonly (readonly string[])[]): string {
  const filled = groups.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function flow(pieces: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces.flatMap((text) => cutToWidth(text, width))) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + separator.length + piece.length <= width) {
      lines[lines.length - 1] = line + separator + piece;
    } else {
      lines.push(piece);
    }
  }
  return lines;
}

function cutToWidth(text: string, width: number): string[] {
  const count = Math.ceil(text.length / width);
  return Array.from({ length: count }, (_, part) => text.slice(part * width, (part + 1) * width));
}
