import { basename } from 'node:path';

import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type Document } from 'yaml';

import { UsageError } from '../io/errors.ts';
import { readTextFile } from './text-file.ts';

/** What a configuration file says about one flag: the texts that the command line would have. */
export interface ConfigValue {
  /** The flag without its dashes. */
  readonly key: string;
  readonly texts: readonly string[];
  /** For messages: `"speedup" of replay.yaml` */
  readonly origin: string;
}

/**
 * Reads a file of `--config`, YAML or JSON, which YAML includes. Values come as they are written,
 * so that `run-id: 0010` keeps its zeros; the flags' own readers and schemas judge them.
 *
 * @throws {UsageError} if it cannot be read or is no mapping
 */
export function readConfigFile(path: string): readonly ConfigValue[] {
  const document = parse(path);
  const { contents } = document;
  // An empty file says nothing.
  if (contents === null) return [];
  if (!isMap(contents)) {
    throw new UsageError(`Cannot read --config "${path}": it is no mapping, expected flag: value`);
  }
  return contents.items.map(({ key: keyNode, value }) => {
    const key = isScalar(keyNode) ? String(keyNode.value) : '';
    const origin = `"${key}" of ${basename(path)}`;
    return { key, origin, texts: textsOf(value, document, origin) };
  });
}

function parse(path: string): Document.Parsed {
  const text = readTextFile('--config', path);
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    // Of the library's message, which may quote a value, only the kind and the place.
    const line = text.slice(0, error.pos[0]).split('\n').length;
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw new UsageError(`Cannot read --config "${path}" line ${line}: ${what}, expected YAML`);
  }
  return document;
}

function textsOf(node: Node | null, document: Document, origin: string): readonly string[] {
  if (isAlias(node)) return textsOf(node.resolve(document) ?? null, document, origin);
  if (isSeq(node)) {
    return node.items.flatMap((item) => textsOf(item as Node | null, document, origin));
  }
  if (isMap(node)) {
    const object = node.toJS(document) as Record<string, unknown>;
    return origin.startsWith('"header"')
      ? Object.entries(object).map(([name, value]) => `${name}: ${String(value)}`)
      : [JSON.stringify(object)];
  }
  if (!isScalar(node) || node.value === null) {
    throw new UsageError(`Cannot use ${origin}: it has no value, expected one, or no key`);
  }
  return [
    typeof node.value === 'string' ? node.value : (node.source ?? JSON.stringify(node.value)),
  ];
}
