import { ProfilePackageError } from '../profile-package-error.ts';
import {
  childPath,
  type Directory,
  type ElementaryFile,
  type FileNode,
  identifierText,
  MF_IDENTIFIER,
  recordsOf,
} from './file-node.ts';

/** The files of one profile: a tree under the MF, and a tree for each application. */
export class FileSystem {
  /** ADFs in the order in which they were made */
  readonly applications: Directory[] = [];

  constructor(readonly mf: Directory) {}

  /**
   * The file at a path of four-digit identifiers, with or without slashes: `7F10/6F3A`, `7fd06f07`. Empty or `3F00` is the
   * MF. The first identifier may be the temporary one of an ADF.
   */
  find(path: string): FileNode | undefined {
    let node: FileNode = this.mf;
    for (const fid of identifiers(path)) {
      if (node.kind === 'ef') return undefined;
      const next: FileNode | undefined =
        node.kind === 'mf'
          ? (node.files.get(fid) ?? this.applications.find((adf) => adf.fid === fid))
          : node.files.get(fid);
      if (next === undefined) return undefined;
      node = next;
    }
    return node;
  }

  /** As `find`. @throws ProfilePackageError `FILE_NOT_FOUND` */
  get(path: string): FileNode {
    const node = this.find(path);
    if (node === undefined) throw new ProfilePackageError('FILE_NOT_FOUND', `there is no file ${path}`);
    return node;
  }

  /** The directory at a path. @throws ProfilePackageError `FILE_NOT_FOUND` */
  directory(path: string): Directory {
    const node = this.get(path);
    if (node.kind === 'ef') throw new ProfilePackageError('FILE_NOT_FOUND', `${path} is no directory`);
    return node;
  }

  /** The elementary file at a path. @throws ProfilePackageError `FILE_NOT_FOUND` */
  elementaryFile(path: string): ElementaryFile {
    const node = this.get(path);
    if (node.kind !== 'ef') throw new ProfilePackageError('FILE_NOT_FOUND', `${path} is a directory`);
    return node;
  }

  /** The first application whose AID is `aid`, or begins with it (selection by part of the name). */
  application(aid: Uint8Array): Directory | undefined {
    const wanted = Buffer.from(aid);
    return this.applications.find((adf) => adf.aid !== undefined && wanted.equals(adf.aid.subarray(0, wanted.length)));
  }

  /** The file with a short identifier in a directory. */
  bySfi(directory: Directory, sfi: number): ElementaryFile | undefined {
    for (const node of directory.files.values()) if (node.kind === 'ef' && node.sfi === sfi) return node;
    return undefined;
  }

  /** All files, directories before what they hold, each once. */
  *nodes(): Generator<FileNode> {
    for (const root of [this.mf, ...this.applications]) yield* below(root);
  }

  /** The record of EF.ARR that says who may do what with a file; undefined when the profile has none for it. */
  accessRule(node: FileNode): Uint8Array | undefined {
    if (node.access === undefined) return undefined;
    const { file, record } = node.access;
    for (const directory of this.directoriesAbove(node)) {
      const arr = directory.files.get(file);
      if (arr?.kind === 'ef') return recordsOf(arr.body)[record - 1];
    }
    return undefined;
  }

  /** The directory of a file, the ones around it, and the MF last (which is also above every ADF). */
  private *directoriesAbove(node: FileNode): Generator<Directory> {
    for (let place = node.parent; place !== undefined; place = place.parent) if (place !== this.mf) yield place;
    yield this.mf;
  }

  /** Puts a file into its directory, or an ADF beside the MF. @throws ProfilePackageError `FILE_EXISTS` */
  add(node: FileNode): void {
    if (node.kind === 'adf') {
      const known =
        this.mf.files.has(node.fid) || this.applications.some((adf) => adf.fid === node.fid || sameName(adf, node));
      if (known) throw new ProfilePackageError('FILE_EXISTS', `an application like ${node.path} is there already`);
      this.applications.push(node);
      return;
    }
    const { parent } = node;
    if (parent === undefined) throw new TypeError('only the MF and ADFs have no directory');
    const taken = parent.files.has(node.fid) || node.fid === MF_IDENTIFIER;
    if (taken) throw new ProfilePackageError('FILE_EXISTS', `${childPath(parent, node.fid)} is there already`);
    parent.files.set(node.fid, node);
  }
}

function sameName(a: Directory, b: Directory): boolean {
  return a.aid !== undefined && b.aid !== undefined && Buffer.from(a.aid).equals(b.aid);
}

function* below(directory: Directory): Generator<FileNode> {
  yield directory;
  for (const node of directory.files.values()) {
    // The files of a linked directory belong to its target.
    if (node.parent !== directory) continue;
    if (node.kind === 'ef') yield node;
    else yield* below(node);
  }
}

function identifiers(path: string): number[] {
  const digits = path.replaceAll('/', '');
  if (digits.length % 4 !== 0 || !/^[0-9A-Fa-f]*$/.test(digits)) {
    throw new ProfilePackageError('FILE_NOT_FOUND', 'a path is made of four-digit file identifiers');
  }
  const all = Array.from({ length: digits.length / 4 }, (_, i) => Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16));
  return all[0] === MF_IDENTIFIER ? all.slice(1) : all;
}

/** The path in the octets of `filePath` and `linkPath`. @throws ProfilePackageError `BAD_FILE` */
export function pathFromOctets(octets: Uint8Array): string {
  if (octets.length % 2 !== 0) throw new ProfilePackageError('BAD_FILE', 'a path has an odd number of octets');
  const fids = Array.from({ length: octets.length / 2 }, (_, i) => Buffer.from(octets).readUInt16BE(2 * i));
  return fids.map(identifierText).join('/');
}
