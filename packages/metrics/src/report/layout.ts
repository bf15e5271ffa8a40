/** How a piece of the report stands out on a terminal. */
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
}

/** Lays out lines for one terminal. Facts and prose fill the room beside a label unless told. */
export interface Page {
  readonly width: number;
  /** Columns of the text of a section. */
  readonly room: number;
  paint(this: void, style: Style, text: string): string;
  paintAll(style: Style, lines: readonly string[]): string[];
  /** Facts on as few lines as they fit on, `·` between those of one line. */
  facts(facts: readonly (string | undefined)[] | undefined, width?: number): string[];
  /** Prose on as few lines as it fits on. */
  prose(text: string, width?: number): string[];
  /** Prose that stands out. */
  warning(text: string): string[];
  /** The label stands before the first line, blanks before the others. */
  section(this: void, label: string, lines: readonly string[]): string[];
}

/** Columns before the text of a section. */
const LABEL_WIDTH = 12;

export function createPage({ width: given = 100, color = false }: TextOptions): Page {
  const width = Math.max(given, 60);
  const room = width - LABEL_WIDTH;
  const paint = (style: Style, text: string) => {
    const [on, off] = CODES[style];
    return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  const paintAll = (style: Style, lines: readonly string[]) =>
    lines.map((line) => paint(style, line));
  const prose = (text: string, columns = room) => flow(text.split(' '), ' ', columns);
  return {
    width,
    room,
    paint,
    paintAll,
    facts: (facts = [], columns = room) =>
      flow(
        facts.filter((fact) => fact !== undefined),
        ' · ',
        columns,
      ),
    prose,
    warning: (text) => paintAll('yellow', prose(text)),
    section: (label, lines) =>
      lines.map((line, index) =>
        index === 0
          ? paint('dim', label.padEnd(LABEL_WIDTH)) + line
          : ' '.repeat(LABEL_WIDTH) + line,
      ),
  };
}

/** Groups of lines, an empty line between those that have any. */
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
