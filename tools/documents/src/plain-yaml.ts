/** What a YAML file holds. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | YamlMapping;
/** A mapping, its keys in order. */
export interface YamlMapping {
  readonly [key: string]: YamlValue;
}

/** Text that is not in the plain part of YAML that is read here. */
export class YamlError extends Error {
  override readonly name = 'YamlError';

  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
  }
}

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/**
 * Reads the part of YAML that this project's compose file keeps to: block mappings and sequences, flow collections and scalars on
 * one line, anchors on blocks, aliases, `<<` with one alias. No other form is guessed at: it is refused.
 *
 * @throws YamlError with the line
 */
export function readYaml(text: string): YamlValue {
  const lines = text.split('\n').flatMap((raw, index): Line[] => {
    const content = withoutComment(raw);
    if (content.trim() === '') return [];
    if (content.includes('\t')) throw new YamlError(index + 1, 'a tab');
    return [{ number: index + 1, indent: content.length - content.trimStart().length, text: content.trim() }];
  });
  const reader = new BlockReader(lines);
  const value = reader.block(0);
  reader.requireEnd();
  return value;
}

class BlockReader {
  readonly #anchors = new Map<string, YamlValue>();
  readonly #lines: Line[];

  constructor(lines: readonly Line[]) {
    this.#lines = [...lines];
  }

  requireEnd(): void {
    const [left] = this.#lines;
    if (left) throw new YamlError(left.number, 'unexpected indentation');
  }

  /** The block that begins at the next line, null when that is indented less. */
  block(indent: number): YamlValue {
    const [first] = this.#lines;
    if (!first || first.indent < indent) return null;
    return first.text.startsWith('- ') ? this.#sequence(first.indent) : this.#mapping(first.indent);
  }

  #sequence(indent: number): YamlValue[] {
    const items: YamlValue[] = [];
    for (let line = this.#take(indent); line; line = this.#take(indent)) {
      if (!line.text.startsWith('- ')) throw new YamlError(line.number, 'no item of the sequence');
      const content = line.text.slice(2).trimStart();
      if (keyOf(content) === undefined) {
        items.push(this.#inline(content, line.number));
      } else {
        // The mapping begins on the line of the dash.
        const inner = indent + line.text.length - content.length;
        this.#lines.unshift({ number: line.number, indent: inner, text: content });
        items.push(this.#mapping(inner));
      }
    }
    return items;
  }

  #mapping(indent: number): YamlMapping {
    let merged: YamlMapping = {};
    const own: Record<string, YamlValue> = {};
    for (let line = this.#take(indent); line; line = this.#take(indent)) {
      const found = keyOf(line.text);
      if (!found) throw new YamlError(line.number, `no key and value: ${line.text}`);
      const { key, rest } = found;
      if (Object.hasOwn(own, key)) throw new YamlError(line.number, `${key} is there twice`);
      const anchor = /^&([\w-]+)$/.exec(rest)?.[1];
      const value = rest === '' || anchor ? this.block(indent + 1) : this.#inline(rest, line.number);
      if (anchor) this.#anchors.set(anchor, value);
      if (key !== '<<') own[key] = value;
      else if (isMapping(value)) merged = value;
      else throw new YamlError(line.number, 'only a mapping is merged');
    }
    return { ...merged, ...own };
  }

  #take(indent: number): Line | undefined {
    const [line] = this.#lines;
    if (!line || line.indent < indent) return undefined;
    if (line.indent > indent) throw new YamlError(line.number, 'unexpected indentation');
    return this.#lines.shift();
  }

  #inline(text: string, line: number): YamlValue {
    const alias = /^\*([\w-]+)$/.exec(text)?.[1];
    if (alias === undefined) return readFlow(text, line);
    const value = this.#anchors.get(alias);
    if (value === undefined) throw new YamlError(line, `there is no anchor ${alias}`);
    return value;
  }
}

/** Whether a value is a mapping. */
export function isMapping(value: YamlValue | undefined): value is YamlMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/;

/** Key and what follows the colon. */
function keyOf(text: string): { readonly key: string; readonly rest: string } | undefined {
  const match = /^([\w<./-][^\s:#"']*):(?:\s+(.*))?$/.exec(text);
  return match ? { key: match[1] as string, rest: match[2] ?? '' } : undefined;
}

/** A scalar or flow collection that ends with the line. */
function readFlow(text: string, line: number): YamlValue {
  const [value, rest] = flowValue(text, line, false);
  if (rest !== '') throw new YamlError(line, `unexpected ${rest}`);
  return value;
}

function flowValue(text: string, line: number, inside: boolean): readonly [YamlValue, string] {
  if (text.startsWith('[')) return flowItems(text, line, ']');
  if (text.startsWith('{')) return flowItems(text, line, '}');
  const quotedText = quoted.exec(text)?.[0];
  if (quotedText) return [unquoted(quotedText), text.slice(quotedText.length).trimStart()];
  const [plain = ''] = inside ? (/^[^,\]}[{]*/.exec(text) ?? []) : [text];
  if (/^[>|!%@`&*"'?-]$|^[>|!%@`&*"'](?!$)|^[?-] /.test(plain) || plain.trim() === '' || plain.includes(': ')) {
    throw new YamlError(line, `a form that is not read here: ${text}`);
  }
  return [scalar(plain.trim()), text.slice(plain.length).trimStart()];
}

function flowItems(text: string, line: number, end: ']' | '}'): readonly [YamlValue, string] {
  const list: YamlValue[] = [];
  const mapping: Record<string, YamlValue> = {};
  let rest = text.slice(1).trimStart();
  while (!rest.startsWith(end)) {
    let key = '';
    if (end === '}') {
      const match = /^([\w.-]+):\s+/.exec(rest);
      if (!match) throw new YamlError(line, `no key in ${text}`);
      key = match[1] as string;
      rest = rest.slice(match[0].length);
    }
    const [value, after] = flowValue(rest, line, true);
    if (end === '}') mapping[key] = value;
    else list.push(value);
    if (!after.startsWith(',') && !after.startsWith(end)) throw new YamlError(line, `${text} does not end`);
    rest = after.startsWith(',') ? after.slice(1).trimStart() : after;
  }
  return [end === '}' ? mapping : list, rest.slice(1).trimStart()];
}

function unquoted(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text.slice(1, -1).replaceAll("''", "'");
}

function scalar(text: string): YamlValue {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || text === '~') return null;
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** A comment begins with # at the start or after a blank, outside quotes. */
function withoutComment(line: string): string {
  for (let at = 0; at < line.length; at++) {
    const [skip] = /^(?:[[{,:\s]|^)/.test(line[at - 1] ?? ' ') ? (quoted.exec(line.slice(at)) ?? []) : [];
    if (skip) at += skip.length - 1;
    else if (line[at] === '#' && /^\s?$/.test(line[at - 1] ?? '')) return line.slice(0, at).trimEnd();
  }
  return line.trimEnd();
}
