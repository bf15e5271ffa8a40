/** How a piece of the report stands out on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow';

/** Adds the style's escape codes, or nothing when there are no colours. */
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
};

export function createPaint(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => {
    const [on, off] = CODES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** Columns before the text of a labelled section. */
const LABEL_WIDTH = 12;

/**
 * A section of lines under one label: the label stands before the first, blanks before the others.
 */
export function labelled(paint: Paint, label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => {
    const margin = (index === 0 ? label : '').padEnd(LABEL_WIDTH);
    return index === 0 ? paint('dim', margin) + line : margin + line;
  });
}

/** Columns that remain for the text of a labelled section. */
export function textWidth(width: number): number {
  return Math.max(width - LABEL_WIDTH, 20);
}

/** Facts on as few lines as they fit on, `·` between those of one line. */
export function flowFacts(facts: readonly (string | undefined)[], width: number): string[] {
  return flow(
    facts.filter((fact) => fact !== undefined),
    ' · ',
    width,
  );
}

/** Prose on as few lines as it fits on. */
export function flowProse(text: string, width: number): string[] {
  return flow(text.split(' '), ' ', width);
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
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += width) {
    parts.push(text.slice(start, start + width));
  }
  return parts;
}
