/** Kinds of files, by the abbreviations of the tables in annex A of the TCA profile format. */
export type TemplateFileKind = 'mf' | 'df' | 'adf' | 'tr' | 'lf' | 'cy' | 'bt';

/** How the octets of a file that nothing was written to look: `prefix`, `filler` again and again, `suffix`. */
export interface DefaultContent {
  readonly prefix: Uint8Array;
  /** at least one octet */
  readonly filler: Uint8Array;
  readonly suffix: Uint8Array;
}

/** One row of a template: everything about a file that an element does not need to say. */
export interface TemplateFile {
  /** name of the file in the element's ASN.1 */
  readonly name: string;
  readonly kind: TemplateFileKind;
  /** undefined: the element has to say it (the temporary identifier of an ADF, the files of a phone book) */
  readonly fid: number | undefined;
  /** octets of a transparent file or of a record; undefined: the element has to say it */
  readonly length: number | undefined;
  /** records of a record file; undefined: the element has to say it */
  readonly records: number | undefined;
  /** rule of section 9.9, which is also the record of EF.ARR where the profile keeps that rule */
  readonly accessRule: number;
  /** short file identifier; undefined: none */
  readonly sfi: number | undefined;
  readonly content: DefaultContent;
  /** name of the directory it is in, as far as that is one of the template */
  readonly parent: string | undefined;
}

const HEX = /^[0-9A-F]*$/;

/**
 * Reads rows `name fid kind size rule sfi content`, a `-` for what is not given.
 *
 * Size is `9`, or records `x` length (`20x26`, `?x13`). Content is hexadecimal, where `..` repeats the octet before it (or,
 * at the end of the text, `*` the whole of it) as far as the file reaches: `07FF..`, `FF..07`, `FFFFFF0000*`. Without
 * content a file is FF. A file is in the directory named last above it; directories are in the first one, or in `base`.
 */
export function templateRows(text: string, base?: string): TemplateFile[] {
  const rows: TemplateFile[] = [];
  let root = base;
  let directory = base;
  for (const line of text.trim().split('\n')) {
    const [name = '', fid = '', kind = '', size = '', rule = '', sfi = '', content = '', ...more] = line
      .trim()
      .split(/\s+/);
    if (more.length > 0 || content === '') throw new SyntaxError(`template row has not seven columns: ${line}`);
    const isDirectory = kind === 'mf' || kind === 'df' || kind === 'adf';
    rows.push({
      name,
      kind: templateKind(kind),
      fid: fid === '-' ? undefined : Number.parseInt(fid, 16),
      ...templateSize(size),
      accessRule: Number(rule),
      sfi: sfi === '-' ? undefined : Number.parseInt(sfi, 16),
      content: defaultContent(content),
      parent: isDirectory ? root : directory,
    });
    if (isDirectory) {
      directory = name;
      root ??= name;
    }
  }
  return rows;
}

/** The rows with those of the same name replaced, and new ones added. */
export function amended(rows: readonly TemplateFile[], text: string): TemplateFile[] {
  const [first] = rows;
  const base = first?.kind === 'df' || first?.kind === 'adf' ? first.name : undefined;
  const amendments = new Map(templateRows(text, base).map((row) => [row.name, row]));
  const replaced = rows.map((row) => ({ ...row, ...amendments.get(row.name), parent: row.parent }));
  const known = new Set(rows.map(({ name }) => name));
  return [...replaced, ...[...amendments.values()].filter(({ name }) => !known.has(name))];
}

function templateKind(text: string): TemplateFileKind {
  if (!['mf', 'df', 'adf', 'tr', 'lf', 'cy', 'bt'].includes(text)) throw new SyntaxError(`no kind of file: ${text}`);
  return text as TemplateFileKind;
}

function templateSize(text: string): Pick<TemplateFile, 'length' | 'records'> {
  const number = (part: string | undefined) =>
    part === undefined || part === '?' || part === '-' ? undefined : Number(part);
  const [first, second] = text.split('x');
  return second === undefined
    ? { length: number(first), records: undefined }
    : { length: number(second), records: number(first) };
}

function defaultContent(text: string): DefaultContent {
  const none = new Uint8Array(0);
  if (text === '-') return { prefix: none, filler: Uint8Array.of(0xff), suffix: none };
  const octets = (hex: string) => {
    if (!HEX.test(hex) || hex.length % 2 !== 0) throw new SyntaxError(`no octets: ${hex}`);
    return Uint8Array.from(Buffer.from(hex, 'hex'));
  };
  if (text.endsWith('*')) return { prefix: none, filler: octets(text.slice(0, -1)), suffix: none };
  const [before = '', after] = text.split('..');
  if (after === undefined) return { prefix: octets(text), filler: Uint8Array.of(0xff), suffix: none };
  return { prefix: octets(before.slice(0, -2)), filler: octets(before.slice(-2)), suffix: octets(after) };
}
