import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { recordSchema } from './record/record.ts';
import { summarySchema } from './schemas/summary.ts';

/*
 * Walks the types that a user's editor sees, those of the build, beside the schemas of the source.
 */

const entry = fileURLToPath(new URL('../dist/index.d.ts', import.meta.url));
const program = ts.createProgram([entry], {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  strict: true,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();

interface Field {
  readonly doc: string;
  readonly isOptional: boolean;
  readonly isNumber: boolean;
}

/** Every field of a type by its path, as `failure.class` and `sides[].name`. */
function fieldsOf(typeName: string): ReadonlyMap<string, Field> {
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find(({ name }) => name === typeName);
  if (!symbol) throw new Error(`No type "${typeName}" in ${entry}`);
  const fields = new Map<string, Field>();
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  walk(checker.getDeclaredTypeOfSymbol(target), '');
  return fields;

  function walk(type: ts.Type, path: string): void {
    for (const each of partsOf(type)) {
      if (checker.isArrayType(each)) {
        const [item] = checker.getTypeArguments(each as ts.TypeReference);
        if (item && partsOf(item).every(isOurs)) walk(item, `${path}[]`);
      } else if (isOurs(each)) {
        for (const property of each.getProperties()) addField(property, path);
      }
    }
  }

  function addField(property: ts.Symbol, path: string): void {
    const at = path === '' ? property.name : `${path}.${property.name}`;
    const type = checker.getTypeOfSymbol(property);
    const leaves = partsOf(type);
    // Of a field that several members of a union have, the one without a docstring counts.
    if (fields.get(at)?.doc !== '')
      fields.set(at, {
        doc: ts.displayPartsToString(property.getDocumentationComment(checker)),
        isOptional: (property.flags & ts.SymbolFlags.Optional) !== 0,
        isNumber: leaves.some(
          (leaf) =>
            (leaf.flags & ts.TypeFlags.Number) !== 0 ||
            (checker.isArrayType(leaf) &&
              checker
                .getTypeArguments(leaf as ts.TypeReference)
                .some(({ flags }) => (flags & ts.TypeFlags.Number) !== 0)),
        ),
      });
    walk(type, at);
  }
}

/** Without `undefined`; of a union, each. */
function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

/** Whether a type is an object with fields that we name; a map has keys that are data. */
function isOurs(type: ts.Type): boolean {
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  const declared = [type.aliasSymbol?.name, type.symbol?.name];
  return isObject && !declared.includes('Partial') && !declared.includes('Record');
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

function pathsOf(schema: z.ZodType): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = ({ properties = {}, items, oneOf = [] }: JsonSchema, path: string): void => {
    for (const [key, each] of Object.entries(properties)) {
      const at = path === '' ? key : `${path}.${key}`;
      paths.add(at);
      walk(each, at);
    }
    if (items) walk(items, `${path}[]`);
    for (const each of oneOf) walk(each, path);
  };
  walk(z.toJSONSchema(schema) as JsonSchema, '');
  return paths;
}

const UNIT =
  /\b(ns|ms|seconds?|bytes|tokens?|rows?|index|indices|number|version|code|seed|factor|0 to 1|unit)\b/i;
const SOURCE = /\bFrom (?:the|our|us|what|window)\b/;

const types: [name: string, schema: z.ZodType][] = [
  ['RequestRecord', recordSchema],
  ['Summary', summarySchema],
];

describe.each(types)('%s', (name, schema) => {
  const fields = fieldsOf(name);

  test('has the fields of its schema', () => {
    expect([...fields.keys()].toSorted()).toEqual([...pathsOf(schema)].toSorted());
  });

  test('says of each field what it is, in which unit, and when it is absent', () => {
    const wanting = [...fields].flatMap(([path, { doc, isOptional, isNumber }]) => {
      if (doc === '') return [`${path} has no docstring`];
      return [
        ...(isOptional && !/\bAbsent\b/.test(doc)
          ? [`${path} says nowhere when it is absent`]
          : []),
        ...(isNumber && !UNIT.test(doc) ? [`${path} names no unit: ${doc}`] : []),
      ];
    });
    expect(wanting).toEqual([]);
  });
});

test('RequestRecord says of each field where it comes from', () => {
  const silent = [...fieldsOf('RequestRecord')].filter(([, { doc }]) => !SOURCE.test(doc));
  expect(silent.map(([path]) => path)).toEqual([]);
});
