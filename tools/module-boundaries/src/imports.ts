import { parseSync } from '@swc/core';

/** One module that a file names. */
export interface Import {
  /** As written: a path, or a package with or without a path in it. */
  readonly specifier: string;
  /** Whether nothing of it is left when the types are gone. */
  readonly typeOnly: boolean;
  /** Line, counted from 1. */
  readonly line: number;
}

/**
 * Every module that a source file names: static and dynamic imports, re-exports, types taken by `import('…')`, and
 * what `require`, `require.resolve` and `import.meta.resolve` are asked for.
 *
 * @throws Error for a file that is no TypeScript or JavaScript.
 */
export function importsOf(source: string): Import[] {
  const found = new Map<string, boolean>();
  visit(parseSync(source, { syntax: 'typescript', decorators: true, target: 'es2022' }), (specifier, typeOnly) => {
    found.set(specifier, typeOnly && (found.get(specifier) ?? true));
  });
  const lines = source.split('\n');
  return [...found].map(([specifier, typeOnly]) => ({ specifier, typeOnly, line: lineOf(specifier, lines) }));
}

type Node = { readonly type?: string } & Record<string, unknown>;
type Report = (specifier: string, typeOnly: boolean) => void;

function visit(value: unknown, report: Report): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, report);
  } else if (isNode(value)) {
    inspect(value, report);
    for (const child of Object.values(value)) visit(child, report);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function inspect(node: Node, report: Report): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const specifier = textOf(node.source);
      if (specifier !== undefined) report(specifier, node.typeOnly === true || hasOnlyTypes(node.specifiers));
      break;
    }
    case 'TsImportType':
      reportText(node.argument, true, report);
      break;
    case 'TsExternalModuleReference':
      reportText(node.expression, false, report);
      break;
    case 'CallExpression':
      if (isNode(node.callee) && loads(node.callee)) {
        const [first] = node.arguments as readonly { readonly expression: unknown }[];
        reportText(first?.expression, false, report);
      }
      break;
  }
}

/** `import { type A, type B } from '…'` is gone with the types; `import '…'` is not. */
function hasOnlyTypes(specifiers: unknown): boolean {
  return Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every((one) => one.isTypeOnly === true);
}

/** Whether a function that is called takes the name of a module. */
function loads(callee: Node): boolean {
  if (callee.type === 'Import') return true;
  if (callee.type === 'Identifier') return callee.value === 'require';
  if (callee.type !== 'MemberExpression' || !isNode(callee.object) || !isNode(callee.property)) return false;
  if (callee.property.value !== 'resolve') return false;
  const { object } = callee;
  if (object.type === 'MetaProperty') return true;
  return object.type === 'Identifier'
    ? object.value === 'require'
    : object.type === 'CallExpression' && isNode(object.callee) && object.callee.value === 'createRequire';
}

function reportText(node: unknown, typeOnly: boolean, report: Report): void {
  const specifier = textOf(node);
  if (specifier !== undefined) report(specifier, typeOnly);
}

/** Value of a string that is written out; a computed name cannot be checked. */
function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'StringLiteral' && typeof node.value === 'string' ? node.value : undefined;
}

function lineOf(specifier: string, lines: readonly string[]): number {
  const quoted = [`'${specifier}'`, `"${specifier}"`];
  return Math.max(1, lines.findIndex((line) => quoted.some((text) => line.includes(text))) + 1);
}
