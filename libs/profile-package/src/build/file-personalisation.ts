import type { FileCommand, FileCommandInput, FileControlParameters } from '../elements/file.ts';
import { badValue, padded } from '../subscription/subscription-value.ts';
import { linearFixed, sizeOctets } from './file-inputs.ts';

type Steps = readonly FileCommand[] | undefined;

/** The file with another content, in the size it has (or, where `size` is given, in at least that size). */
export function withContent(steps: Steps, content: Uint8Array, size = 0): FileCommandInput[] {
  const attributes = attributesOf(steps);
  const given = attributes?.efFileSize?.reduce((total, octet) => total * 0x100 + octet, 0) ?? 0;
  const grown = size > given ? { efFileSize: sizeOctets(size) } : {};
  return refilled(attributes, grown, content);
}

/**
 * A record file whose first records are these and whose other records are empty. Records keep their length unless one does
 * not fit; then all grow, and the file with them.
 */
export function withRecords(steps: Steps, records: readonly Uint8Array[], standard: number): FileCommandInput[] {
  const attributes = attributesOf(steps);
  const descriptor = attributes?.fileDescriptor;
  const length = descriptor?.subarray(2).reduce((total, octet) => total * 0x100 + octet, 0) || standard;
  const longest = Math.max(length, ...records.map((record) => record.length));
  const size = attributes?.efFileSize?.reduce((total, octet) => total * 0x100 + octet, 0) ?? length;
  const count = Math.max(size / length, records.length);
  const changed =
    longest === length && count * length === size
      ? {}
      : { fileDescriptor: linearFixed(longest), efFileSize: sizeOctets(longest * count) };
  const content = records.map((record) => padded(record, longest, 'a record'));
  return refilled(attributes, changed, Buffer.concat(content));
}

function attributesOf(steps: Steps): FileControlParameters | undefined {
  return steps?.find((step) => step.kind === 'fileDescriptor')?.value;
}

/** Patterns are dropped with the old content: they may have been part of it. */
function refilled(
  attributes: FileControlParameters | undefined,
  changes: { readonly efFileSize?: Uint8Array; readonly fileDescriptor?: Uint8Array },
  content: Uint8Array,
): FileCommandInput[] {
  if (attributes?.linkPath?.length) throw badValue('a file that is to be personalised is a link');
  const fill: FileCommandInput = { kind: 'fillFileContent', value: content };
  if (attributes === undefined) {
    return Object.keys(changes).length === 0 ? [fill] : [{ kind: 'fileDescriptor', value: changes }, fill];
  }
  const { proprietaryEFInfo, ...rest } = attributes;
  const information = proprietaryEFInfo && withoutPatterns(proprietaryEFInfo);
  const value = { ...rest, ...changes, ...(information && { proprietaryEFInfo: information }) };
  return [{ kind: 'fileDescriptor', value }, fill];
}

function withoutPatterns(information: NonNullable<FileControlParameters['proprietaryEFInfo']>) {
  const { fillPattern: _, repeatPattern: __, ...rest } = information;
  return rest;
}
