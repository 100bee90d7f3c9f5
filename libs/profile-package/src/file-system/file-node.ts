/** Where the access conditions of a file are: a record of an EF.ARR (ETSI TS 102 221 section 9.2.7). */
export interface AccessReference {
  /** identifier of the EF.ARR: 2F06 under the MF, 6F06 in or above the directory of the file */
  readonly file: number;
  /** 1.. */
  readonly record: number;
}

interface FileCommon {
  /** file identifier; for an ADF the temporary one of the package */
  readonly fid: number;
  /** identifiers from below the MF (or from the ADF) on, `7F10/6F3A`; the MF itself is `3F00` */
  readonly path: string;
  /** name in the element that made the file, as `ef-imsi`; none for files of PE-GenericFileManagement */
  readonly name: string | undefined;
  /** life cycle status (ETSI TS 102 221 section 11.1.1.4.9): 05 operational and activated */
  readonly lifeCycle: number;
  readonly access: AccessReference | undefined;
  readonly parent: Directory | undefined;
}

/** MF, DF, or the directory of an application. */
export interface Directory extends FileCommon {
  readonly kind: 'mf' | 'df' | 'adf';
  /** of an ADF, 5..16 octets */
  readonly aid: Uint8Array | undefined;
  /** references of the PINs that matter in this directory */
  readonly pinReferences: readonly number[];
  /** by file identifier; a linked directory shares them with its target */
  readonly files: Map<number, FileNode>;
}

export type FileStructure = 'transparent' | 'linear-fixed' | 'cyclic' | 'ber-tlv';

/** What a file holds. Files that are linked have one body, so that an update through one is seen through the other. */
export interface FileBody {
  readonly structure: FileStructure;
  /** octets of a record; 0 where there are no records */
  readonly recordLength: number;
  /**
   * All octets of a transparent file; all records, the first one first; the data objects of a BER-TLV file, one after the
   * other. Replaced or changed in place by updates; only that of a BER-TLV file may change its length.
   */
  octets: Uint8Array;
  /** most octets a BER-TLV file takes; for the others the length of `octets` */
  readonly maximumSize: number;
}

export interface ElementaryFile extends FileCommon {
  readonly kind: 'ef';
  /** short file identifier, 1..30 */
  readonly sfi: number | undefined;
  readonly body: FileBody;
  /** path of the file whose body this one shares */
  readonly linkedTo: string | undefined;
}

export type FileNode = Directory | ElementaryFile;

export const MF_IDENTIFIER = 0x3f00;

/** `2F06` for 0x2F06. */
export function identifierText(fid: number): string {
  return fid.toString(16).toUpperCase().padStart(4, '0');
}

/** Path of a file in `directory`. */
export function childPath(directory: Directory, fid: number): string {
  return directory.kind === 'mf' ? identifierText(fid) : `${directory.path}/${identifierText(fid)}`;
}

/** Records of a linear fixed or cyclic file as views, the first one first; none for other files. */
export function recordsOf({ octets, recordLength }: FileBody): Uint8Array[] {
  if (recordLength === 0) return [];
  const count = Math.floor(octets.length / recordLength);
  return Array.from({ length: count }, (_, i) => octets.subarray(i * recordLength, (i + 1) * recordLength));
}
