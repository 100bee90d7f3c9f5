import { type CardFile, type FilePath, fileIdText, isDirectory, MF_PATH, parentPath, pathOf } from './card-file.ts';

/** A file at its place. */
export interface PlacedFile {
  readonly path: FilePath;
  readonly file: CardFile;
}

/** The files of one profile, for finding them the ways a terminal names them. Immutable. */
export class FileTree {
  private readonly files = new Map<FilePath, PlacedFile>();
  private readonly children = new Map<FilePath, PlacedFile[]>();

  constructor(files: Iterable<PlacedFile>) {
    for (const placed of files) {
      this.files.set(placed.path, placed);
      const parent = parentPath(placed.path);
      if (parent === undefined) continue;
      const siblings = this.children.get(parent);
      if (siblings === undefined) this.children.set(parent, [placed]);
      else siblings.push(placed);
    }
  }

  get(path: FilePath): PlacedFile | undefined {
    return this.files.get(path);
  }

  get mf(): PlacedFile | undefined {
    return this.files.get(MF_PATH);
  }

  /** ADFs whose AID begins with `aid`, in the order in which the package made them. */
  applications(aid: Uint8Array): PlacedFile[] {
    return [...this.files.values()].filter(
      ({ file }) =>
        file.applicationId !== undefined &&
        aid.length <= file.applicationId.length &&
        Buffer.from(aid).equals(file.applicationId.subarray(0, aid.length)),
    );
  }

  /** The file with this identifier directly in the directory. ADFs have no identifier to the outside. */
  child(directory: FilePath, fileId: string): PlacedFile | undefined {
    return this.childrenOf(directory).find(
      ({ file }) => file.structure !== 'application' && fileIdText(file.fileId) === fileId,
    );
  }

  /** The EF with this short identifier directly in the directory. */
  byShortFileId(directory: FilePath, shortFileId: number): PlacedFile | undefined {
    return this.childrenOf(directory).find(({ file }) => file.shortFileId === shortFileId);
  }

  /** The directory itself, then what it is in, up to the MF. */
  *upwards(directory: FilePath): Generator<PlacedFile> {
    for (let path: FilePath | undefined = directory; path !== undefined; path = parentPath(path)) {
      const placed = this.files.get(path);
      if (placed !== undefined) yield placed;
    }
  }

  /** The ADF that the directory is, or is in. */
  applicationOf(directory: FilePath): PlacedFile | undefined {
    for (const placed of this.upwards(directory)) if (placed.file.structure === 'application') return placed;
    return undefined;
  }

  /**
   * What SELECT by file identifier finds from a directory (ETSI TS 102 221 section 8.4.1): the directory itself, its
   * children, its parent, the DFs beside it, the MF, and as 7FFF the current ADF.
   */
  reachable(directory: FilePath, fileId: string, application: FilePath | undefined): PlacedFile | undefined {
    if (fileId === MF_PATH) return this.mf;
    if (fileId === CURRENT_APPLICATION) return application === undefined ? undefined : this.get(application);
    const child = this.child(directory, fileId);
    if (child !== undefined) return child;
    for (const path of [directory, parentPath(directory)]) {
      const placed = path === undefined ? undefined : this.get(path);
      if (placed?.file.structure === 'directory' && fileIdText(placed.file.fileId) === fileId) return placed;
    }
    const parent = parentPath(directory);
    const sibling = parent === undefined ? undefined : this.child(parent, fileId);
    return sibling !== undefined && isDirectory(sibling.file) ? sibling : undefined;
  }

  /** The file that a path of identifiers leads to from a directory, each in the one before. */
  descend(directory: FilePath, fileIds: readonly string[]): PlacedFile | undefined {
    let found = this.get(directory);
    for (const fileId of fileIds) found = found === undefined ? undefined : this.child(found.path, fileId);
    return found;
  }

  /** A linked directory has the files of its target. */
  private childrenOf(directory: FilePath): readonly PlacedFile[] {
    const linked = this.files.get(directory)?.file.linkedTo;
    const owner = linked === undefined ? directory : pathOf(linked);
    return this.children.get(owner) ?? [];
  }
}

/** Identifier under which the current ADF can be selected. */
export const CURRENT_APPLICATION = '7FFF';
