import type { FileControlParameters } from '../elements/file.ts';
import { ProfilePackageError } from '../profile-package-error.ts';
import type { TemplateFile } from '../templates/template-table.ts';
import { initialContent } from './file-content.ts';
import {
  type AccessReference,
  childPath,
  type Directory,
  type ElementaryFile,
  type FileBody,
  type FileStructure,
  identifierText,
  MF_IDENTIFIER,
} from './file-node.ts';
import { pathFromOctets } from './file-system.ts';

/** What a file is made from: the attributes an element gives, and the row of its template if there is one. */
export interface FilePlan {
  readonly attributes: FileControlParameters | undefined;
  readonly template: TemplateFile | undefined;
}

const STRUCTURES: Readonly<Record<number, FileStructure>> = {
  1: 'transparent',
  2: 'linear-fixed',
  6: 'cyclic',
  57: 'ber-tlv',
};
const TEMPLATE_STRUCTURES: Readonly<Record<string, FileStructure>> = {
  tr: 'transparent',
  lf: 'linear-fixed',
  cy: 'cyclic',
  bt: 'ber-tlv',
};

/** Whether the plan is that of a directory. @throws ProfilePackageError `BAD_FILE` when nothing tells */
export function isDirectoryPlan({ attributes, template }: FilePlan): boolean {
  if (template !== undefined) return ['mf', 'df', 'adf'].includes(template.kind);
  const descriptor = attributes?.fileDescriptor?.[0];
  if (descriptor === undefined) throw bad('a file without descriptor');
  return (descriptor & 0xbf) === 0x38;
}

/** A directory, empty. @throws ProfilePackageError `BAD_FILE` */
export function makeDirectory({ attributes, template }: FilePlan, parent: Directory | undefined): Directory {
  const aid = attributes?.dfName;
  const fid = identifierOf({ attributes, template });
  const kind = kindOf({ attributes, template }, fid);
  if (kind === 'adf' && aid === undefined) throw bad(`application ${identifierText(fid)} without AID`);
  // An ADF hangs beside the MF, not in the directory in which it is made.
  const place = kind === 'df' ? parent : undefined;
  return {
    kind,
    fid,
    path: place === undefined ? identifierText(fid) : childPath(place, fid),
    name: template?.name,
    lifeCycle: attributes?.lcsi?.[0] ?? 0x05,
    access: accessOf({ attributes, template }, kind !== 'df' || place?.kind === 'mf'),
    parent: place,
    aid,
    pinReferences: [...(attributes?.pinStatusTemplateDO ?? [])],
    files: new Map(),
  };
}

function kindOf({ attributes, template }: FilePlan, fid: number): Directory['kind'] {
  if (fid === MF_IDENTIFIER) return 'mf';
  if (template !== undefined) return template.kind === 'adf' ? 'adf' : 'df';
  return attributes?.dfName === undefined ? 'df' : 'adf';
}

/**
 * An elementary file with the content that patterns give it; that of a link is to be replaced by its target's.
 *
 * @param maximum octets that the file may take
 * @throws ProfilePackageError `BAD_FILE`, `FILE_SYSTEM_TOO_LARGE`
 */
export function makeElementaryFile(plan: FilePlan, parent: Directory, maximum: number): ElementaryFile {
  const { attributes, template } = plan;
  const fid = identifierOf(plan);
  const path = childPath(parent, fid);
  const linkPath = attributes?.linkPath;
  const linkedTo = linkPath === undefined || linkPath.length === 0 ? undefined : pathFromOctets(linkPath);
  return {
    kind: 'ef',
    fid,
    path,
    name: template?.name,
    lifeCycle: attributes?.lcsi?.[0] ?? 0x05,
    access: accessOf(plan, parent.kind === 'mf'),
    parent,
    sfi: shortIdentifierOf(plan, fid),
    body: linkedTo === undefined ? makeBody(plan, path, maximum) : LINK_BODY,
    linkedTo,
  };
}

/** Body of a link until its target is known. */
const LINK_BODY: FileBody = { structure: 'transparent', recordLength: 0, octets: new Uint8Array(0), maximumSize: 0 };

function makeBody({ attributes, template }: FilePlan, path: string, maximum: number): FileBody {
  const { structure, recordLength } = shapeOf({ attributes, template }, path);
  const size = sizeOf({ attributes, template }, recordLength, path);
  if (size > maximum) throw new ProfilePackageError('FILE_SYSTEM_TOO_LARGE', `${path}: no room for its ${size} octets`);
  if (recordLength > 0 && (size % recordLength !== 0 || size / recordLength > 254)) {
    throw bad(`${path}: ${size} octets are not 1..254 records of ${recordLength}`);
  }
  // A BER-TLV file begins without objects.
  if (structure === 'ber-tlv') return { structure, recordLength, octets: new Uint8Array(0), maximumSize: size };
  const octets = initialContent(size, recordLength, attributes?.proprietaryEFInfo, template?.content);
  return { structure, recordLength, octets, maximumSize: size };
}

/** Structure and record length: those of the element, or those of the template. */
function shapeOf({ attributes, template }: FilePlan, path: string): { structure: FileStructure; recordLength: number } {
  const descriptor = attributes?.fileDescriptor;
  const expected = template && TEMPLATE_STRUCTURES[template.kind];
  const structure = descriptor === undefined ? expected : STRUCTURES[(descriptor[0] ?? 0) & 0xbf];
  if (structure === undefined) throw bad(`${path}: no such kind of file`);
  if (expected !== undefined && structure !== expected) throw bad(`${path}: the template has it ${expected}`);
  if (structure !== 'linear-fixed' && structure !== 'cyclic') return { structure, recordLength: 0 };
  const recordLength =
    descriptor === undefined || descriptor.length < 3
      ? template?.length
      : descriptor.subarray(2).reduce((length, octet) => length * 0x100 + octet, 0);
  if (recordLength === undefined || recordLength < 1 || recordLength > 255)
    throw bad(`${path}: records need a length of 1..255`);
  return { structure, recordLength };
}

function sizeOf({ attributes, template }: FilePlan, recordLength: number, path: string): number {
  const given = attributes?.efFileSize ?? attributes?.proprietaryEFInfo?.maximumFileSize;
  if (given !== undefined) return given.reduce((size, octet) => size * 0x100 + octet, 0);
  const size = recordLength > 0 ? product(template?.records, recordLength) : template?.length;
  if (size === undefined) throw bad(`${path}: no size`);
  return size;
}

function product(records: number | undefined, recordLength: number): number | undefined {
  return records === undefined ? undefined : records * recordLength;
}

function identifierOf({ attributes, template }: FilePlan): number {
  const given = attributes?.fileID;
  const fid = given === undefined ? template?.fid : ((given[0] ?? 0) << 8) | (given[1] ?? 0);
  if (fid === undefined) throw bad(`${template?.name ?? 'a file'} without identifier`);
  if (template !== undefined && (template.kind === 'mf') !== (fid === MF_IDENTIFIER)) throw bad('3F00 is the MF');
  return fid;
}

/** Without a name of EF.ARR it is 2F06 for ADFs, the MF and what is directly in it, else 6F06. */
function accessOf({ attributes, template }: FilePlan, atMf: boolean): AccessReference | undefined {
  const given = attributes?.securityAttributesReferenced;
  const implicit = atMf ? 0x2f06 : 0x6f06;
  if (given === undefined) return template && { file: implicit, record: template.accessRule };
  const [first = 0, second = 0, third = 0] = given;
  if (given.length !== 1 && given.length !== 3) throw bad('securityAttributesReferenced has one or three octets');
  const [file, record] = given.length === 1 ? [implicit, first] : [(first << 8) | second, third];
  if (record === 0) throw bad('records of EF.ARR are counted from 1');
  return { file, record };
}

function shortIdentifierOf({ attributes, template }: FilePlan, fid: number): number | undefined {
  const given = attributes?.shortEFID;
  // Without a template the identifier is the five lower bits of the long one (ETSI TS 102 222 section 6.3.2.2.1).
  const sfi = given === undefined ? (template === undefined ? fid & 0x1f : template.sfi) : (given[0] ?? 0) >> 3;
  return sfi === undefined || sfi < 1 || sfi > 30 ? undefined : sfi;
}

function bad(message: string): ProfilePackageError {
  return new ProfilePackageError('BAD_FILE', message);
}
