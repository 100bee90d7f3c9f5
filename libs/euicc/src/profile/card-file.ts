import { type Decoded, integer, octets, optional, sequence } from '@tegata/der';

/** Structures of files (ETSI TS 102 221 section 8.2), by the numbers they are stored under. */
export const FILE_STRUCTURES = [
  'directory',
  'application',
  'transparent',
  'linear-fixed',
  'cyclic',
  'ber-tlv',
] as const;
export type FileStructure = (typeof FILE_STRUCTURES)[number];

/**
 * A file of an installed profile without its content. `directory` is the MF or a DF, `application` an ADF; the rest are
 * EFs.
 */
export const CardFileSchema = sequence(0x30, {
  structure: integer(0x80, 0, FILE_STRUCTURES.length - 1).as<FileStructure>(
    (number) => FILE_STRUCTURES[number] as FileStructure,
    (structure) => FILE_STRUCTURES.indexOf(structure),
  ),
  /** 2 octets; an ADF has one only to be found by its path */
  fileId: octets(0x81, 2),
  /** AID of an ADF */
  applicationId: optional(octets(0x82, 5, 16)),
  /** 1..30 */
  shortFileId: optional(integer(0x83, 1, 30)),
  /** file descriptor octet and data coding octet, as the FCP shows them */
  fileDescriptor: octets(0x84, 1, 2),
  /** octets of a record */
  recordLength: optional(integer(0x85, 1, 255)),
  /** life cycle status: 05 activated, 04 deactivated */
  lifeCycle: octets(0x8a, 1),
  /** the record of EF.ARR that says who may do what */
  accessRule: optional(
    sequence(0xa6, {
      /** identifier of that EF.ARR, 2 octets */
      fileId: octets(0x80, 2),
      record: integer(0x81, 1, 255),
    }),
  ),
  /** key references of the PINs that a directory shows in its FCP, 1 octet each */
  pinReferences: optional(octets(0x87)),
  /** path of the file whose content this one shares */
  linkedTo: optional(octets(0x88, 2, 16)),
  /** octets that the objects of a BER-TLV file may take together */
  maximumSize: optional(integer(0x89, 0)),
});
export type CardFile = Omit<Decoded<typeof CardFileSchema>, 'raw' | 'extensions' | 'accessRule'> & {
  readonly accessRule?: AccessRuleReference;
};

/** Which record of which EF.ARR. */
export interface AccessRuleReference {
  readonly fileId: Uint8Array;
  readonly record: number;
}

/**
 * Where a file is: identifiers from the MF to the file as hexadecimal digits, `3F007FF06F07`. An ADF is in it by the
 * identifier the package made it under.
 */
export type FilePath = string;

export const MF_PATH: FilePath = '3F00';

/** Path of the directory that holds the file; undefined for the MF. */
export function parentPath(path: FilePath): FilePath | undefined {
  return path.length > 4 ? path.slice(0, -4) : undefined;
}

/** Whether the file holds other files. */
export function isDirectory({ structure }: Pick<CardFile, 'structure'>): boolean {
  return structure === 'directory' || structure === 'application';
}

/** The path that identifiers, 2 octets each, make. */
export function pathOf(fileIds: Uint8Array): FilePath {
  return Buffer.from(fileIds).toString('hex').toUpperCase();
}

/** A file identifier as it stands in a path. */
export const fileIdText: (fileId: Uint8Array) => string = pathOf;
