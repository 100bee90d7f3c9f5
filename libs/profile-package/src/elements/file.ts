import {
  type Choice,
  type ChoiceInput,
  choice,
  type Decoded,
  type Encodable,
  integer,
  nothing,
  octets,
  optional,
  type Schema,
  sequence,
  sequenceOf,
  Universal,
} from '@tegata/der';

/** ProprietaryInfo: what the empty part of a file is filled with, and limits of BER-TLV files. */
const ProprietaryInfoSchema = sequence(0xa5, {
  /** 1 octet: 40 (often read), 80 and C0 (often updated); default 00 */
  specialFileInformation: optional(octets(0xc0, 1)),
  /** 1..200 octets, then its last octet to the end of the file or record */
  fillPattern: optional(octets(0xc1, 1, 200)),
  /** 1..200 octets, again and again */
  repeatPattern: optional(octets(0xc2, 1, 200)),
  maximumFileSize: optional(octets(0x86, 1, 4)),
  fileDetails: optional(octets(0x84, 1)),
});

const fcpFields = {
  /** coded as in ETSI TS 102 222: descriptor, data coding, and for records their length (2 octets) */
  fileDescriptor: optional(octets(0x82, 2, 4)),
  /** 2 octets; for an ADF a temporary identifier, by which paths in the package name it */
  fileID: optional(octets(0x83, 2)),
  /** AID of an ADF */
  dfName: optional(octets(0x84, 5, 16)),
  /** life cycle status, default 05 (operational, activated) */
  lcsi: optional(octets(0x8a, 1)),
  /** record of EF.ARR, or identifier of EF.ARR and record */
  securityAttributesReferenced: optional(octets(0x8b, 1, 3)),
  /** size of an EF in octets, without leading zeros; for record files the sum of the records */
  efFileSize: optional(octets(0x80, 1, 4)),
  /** key references of the PINs that a directory uses */
  pinStatusTemplateDO: optional(octets(0xc6)),
  /** empty: none. One octet: the identifier in its five upper bits */
  shortEFID: optional(octets(0x88, 0, 1)),
  proprietaryEFInfo: optional(ProprietaryInfoSchema),
  /** file whose content this one shares; empty turns a link of the template into a file of its own */
  linkPath: optional(octets(0xc7, 0, 8)),
} as const;

/** Fcp as `fileDescriptor` of a File. All fields are optional: what is absent, the template says. */
export const FileDescriptorSchema = sequence(0xa1, fcpFields);
/** Fcp as `createFCP` of PE-GenericFileManagement. */
export const CreateFcpSchema = sequence(0x62, fcpFields);

export type FileControlParameters = Decoded<typeof FileDescriptorSchema>;
export type FileControlParametersInput = Exclude<Encodable<typeof FileDescriptorSchema>, Uint8Array>;

const commands = {
  /** the file of a template that is created by default is left out */
  doNotCreate: nothing(0x80),
  fileDescriptor: FileDescriptorSchema,
  /** octets to skip from where the last filling ended (from the beginning of the file for the first) */
  fillFileOffset: integer(0x82, 0, 65535),
  fillFileContent: octets(0x83),
} as const;

/** One step in making a file. */
export type FileCommand = Choice<typeof commands>;
export type FileCommandInput = ChoiceInput<typeof commands>;

/** File: the steps that make one file of a template; none when the template says everything. */
export function fileSchema(tag: number): Schema<readonly FileCommand[], readonly FileCommandInput[]> {
  return sequenceOf(tag, choice(commands));
}

const managementCommands = {
  /** directory in which the files that follow are made; empty for the MF */
  filePath: octets(0x80, 0, 8),
  createFCP: CreateFcpSchema,
  fillFileOffset: integer(Universal.INTEGER, 0, 65535),
  fillFileContent: octets(0x81),
} as const;

export type FileManagementCommand = Choice<typeof managementCommands>;
export type FileManagementCommandInput = ChoiceInput<typeof managementCommands>;

/** fileManagementCMD of PE-GenericFileManagement: lists of steps. */
export const FileManagementSchema = sequenceOf(0xa1, sequenceOf(Universal.SEQUENCE, choice(managementCommands), 1), 1);
