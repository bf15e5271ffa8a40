/**
 * Names in an answer to `GET /v1/models`, in the forms that servers give: `data` of OpenAI,
 * `models` of Ollama, a bare array; entries with `id`, `name` or `model`, or plain texts.
 *
 * @returns nothing if the text is no list
 */
export function modelNames(text: string): readonly string[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data, models } = (body ?? {}) as { data?: unknown; models?: unknown };
  const entries = [body, data, models].find((value) => Array.isArray(value)) as
    readonly unknown[] | undefined;
  return entries?.map(nameOf).filter((name) => name !== undefined);
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  const { id, name, model } = (entry ?? {}) as Record<string, unknown>;
  return [id, name, model].find((value) => typeof value === 'string');
}

/** The name that needs the fewest changes of a letter, without regard to case. */
export function closestName(wanted: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => distanceOf(lastPart(wanted), lastPart(name)));
  return names[distances.indexOf(Math.min(...distances))];
}

/** Servers list `org/model` and users write `model`, or the other way about. */
function lastPart(name: string): string {
  return name.toLowerCase().split('/').at(-1) ?? '';
}

/** Insertions, deletions and replacements from one text to the other. Source: Levenshtein, 1966. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const replaced = row[at]! + (letter === to[at] ? 0 : 1);
      next.push(Math.min(replaced, row[at + 1]! + 1, next[at]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
