import type { FileCommand, FileControlParameters, FileManagementCommand } from '../elements/file.ts';
import type { FileElementBody, FileElementType } from '../elements/file-elements.ts';
import { isFileElement, type ProfileElement } from '../elements/profile-element.ts';
import { atElement, ProfilePackageError } from '../profile-package-error.ts';
import { FILE_TEMPLATES } from '../templates/index.ts';
import { ContentWriter } from './file-content.ts';
import { isDirectoryPlan, makeDirectory, makeElementaryFile } from './file-maker.ts';
import type { Directory, ElementaryFile, FileNode } from './file-node.ts';
import { FileSystem, pathFromOctets } from './file-system.ts';

export interface FileSystemLimits {
  /** octets of all files together; default 1 MiB */
  readonly octets?: number;
}

const DEFAULT_OCTETS = 1024 * 1024;

/** Directory under which the files of an element are made, by its type; undefined: the element makes its own root. */
const BASE: Readonly<Record<FileElementType, 'root' | 'mf' | 'usim' | 'isim' | 'csim' | 'any'>> = {
  mf: 'root',
  cd: 'mf',
  telecom: 'mf',
  usim: 'root',
  'opt-usim': 'usim',
  isim: 'root',
  'opt-isim': 'isim',
  phonebook: 'usim',
  'gsm-access': 'usim',
  csim: 'root',
  'opt-csim': 'csim',
  eap: 'any',
  'df-5gs': 'usim',
  'df-saip': 'usim',
  'df-snpn': 'usim',
  'df-5gprose': 'usim',
  iot: 'root',
  'opt-iot': 'usim',
};

/**
 * Makes files from elements, one element after the other, as an eUICC does while they arrive.
 *
 * Links are resolved by `finish`, since they may lead to files that come later.
 */
export class FileSystemBuilder {
  private system: FileSystem | undefined;
  private room: number;
  private readonly directories = new Map<string, Directory>();
  private latest: Directory | undefined;

  constructor(limits: FileSystemLimits = {}) {
    this.room = limits.octets ?? DEFAULT_OCTETS;
  }

  /** The directory to which elements without files (PINs, keys) belong: the one that the last element was about. */
  get current(): Directory | undefined {
    return this.latest;
  }

  /** The directory of the application made last. */
  get currentApplication(): Directory | undefined {
    return this.directories.get('any');
  }

  /** Makes the files of an element; does nothing for those that make none. @throws ProfilePackageError */
  take(element: ProfileElement): void {
    const { identification } = element;
    if (element.type === 'genericFileManagement') {
      atElement({ identification }, () => {
        for (const commands of element.body.fileManagement) this.manage(commands);
      });
    } else if (isFileElement(element)) {
      atElement({ identification }, () => this.fromTemplate(element.type, element.body));
    }
  }

  /** The complete file system. @throws ProfilePackageError for links that lead nowhere */
  finish(): FileSystem {
    const system = this.files();
    for (const node of [...system.nodes()]) {
      if (node.kind === 'ef' && node.linkedTo !== undefined) this.resolve(system, node);
    }
    return system;
  }

  private files(): FileSystem {
    if (this.system === undefined) throw new ProfilePackageError('MF_NOT_SECOND', 'there is no MF');
    return this.system;
  }

  private fromTemplate(type: FileElementType, body: FileElementBody): void {
    const template = FILE_TEMPLATES.get(body.templateId);
    if (template === undefined || template.element !== type) {
      throw new ProfilePackageError('UNSUPPORTED_TEMPLATE', `${type} with template ${body.templateId}`);
    }
    const base = this.base(type);
    const made = new Map<string | undefined, Directory | undefined>([[undefined, base]]);
    let first: Directory | undefined;
    for (const row of template.files) {
      const commands = body.files.get(row.name);
      if (commands === undefined && !template.createdByDefault) continue;
      // In the MF the command has no effect.
      if (commands?.some(({ kind }) => kind === 'doNotCreate') && type !== 'mf') continue;
      const plan = { attributes: attributesOf(commands), template: row };
      const parent = made.get(row.parent);
      if (isDirectoryPlan(plan)) {
        const directory = this.addDirectory(this.linkedDirectory(makeDirectory(plan, parent), plan.attributes));
        made.set(row.name, directory);
        first ??= directory;
        if (directory.kind === 'adf') this.directories.set(type, directory).set('any', directory);
      } else {
        if (parent === undefined) throw new ProfilePackageError('BAD_FILE', `${row.name} without its directory`);
        this.write(this.addFile(makeElementaryFile(plan, parent, this.room)), commands ?? []);
      }
    }
    // PINs and keys after an extension of an application are those of the application.
    this.latest = base === undefined || base.kind === 'mf' ? (first ?? this.latest) : base;
  }

  /** Directory of the files that no directory of the template holds. */
  private base(type: FileElementType): Directory | undefined {
    const base = BASE[type];
    if (base === 'root') return undefined;
    const directory = base === 'mf' ? this.files().mf : this.directories.get(base);
    if (directory === undefined)
      throw new ProfilePackageError('ELEMENT_OUT_OF_ORDER', `${type} before its application`);
    return directory;
  }

  /** One list of PE-GenericFileManagement. It begins in the MF; a directory that is made becomes the current one. */
  private manage(commands: readonly FileManagementCommand[]): void {
    const system = this.files();
    let directory = system.mf;
    let writer: ContentWriter | undefined;
    let file: ElementaryFile | undefined;
    for (const { kind, value } of commands) {
      switch (kind) {
        case 'filePath': {
          const node: FileNode = system.get(pathFromOctets(value));
          file = node.kind === 'ef' ? node : undefined;
          writer = file && this.writerFor(file);
          directory = node.kind === 'ef' ? (node.parent ?? system.mf) : node;
          break;
        }
        case 'createFCP': {
          const plan = { attributes: value, template: undefined };
          if (isDirectoryPlan(plan)) {
            directory = this.addDirectory(this.linkedDirectory(makeDirectory(plan, directory), value));
            if (directory.kind === 'adf') this.directories.set('any', directory);
            if (directory.kind === 'adf') this.latest = directory;
            writer = undefined;
          } else {
            file = this.addFile(makeElementaryFile(plan, directory, this.room));
            writer = this.writerFor(file);
          }
          break;
        }
        case 'fillFileOffset':
          required(writer).skip(value);
          break;
        case 'fillFileContent':
          required(writer).write(value);
          break;
      }
    }
  }

  private addDirectory<T extends Directory>(directory: T): T {
    if (directory.kind === 'mf') {
      if (this.system !== undefined) throw new ProfilePackageError('FILE_EXISTS', 'the MF is there already');
      this.system = new FileSystem(directory);
    } else {
      this.files().add(directory);
    }
    return directory;
  }

  /** A directory that is a link has the files of its target, which must be there already. */
  private linkedDirectory(directory: Directory, attributes: FileControlParameters | undefined): Directory {
    const linkPath = attributes?.linkPath;
    if (linkPath === undefined || linkPath.length === 0) return directory;
    return { ...directory, files: this.files().directory(pathFromOctets(linkPath)).files };
  }

  private addFile(file: ElementaryFile): ElementaryFile {
    this.files().add(file);
    this.room -= file.body.maximumSize;
    return file;
  }

  private write(file: ElementaryFile, commands: readonly FileCommand[]): void {
    const writer = this.writerFor(file);
    for (const { kind, value } of commands) {
      if (kind === 'fillFileOffset') writer.skip(value);
      else if (kind === 'fillFileContent') writer.write(value);
    }
  }

  private writerFor(file: ElementaryFile): ContentWriter {
    return new ContentWriter(file.body, file.path);
  }

  private resolve(system: FileSystem, link: ElementaryFile): void {
    let target: ElementaryFile = link;
    // A chain longer than the package has files is a ring.
    for (let steps = 0; target.linkedTo !== undefined; steps++) {
      if (steps > 32) throw new ProfilePackageError('BAD_FILE', `${link.path}: the link has no end`);
      target = system.elementaryFile(target.linkedTo);
    }
    const files = link.parent?.files;
    files?.set(link.fid, { ...link, body: target.body });
  }
}

/** The files that the elements of a package make. @throws ProfilePackageError */
export function buildFileSystem(elements: readonly ProfileElement[], limits?: FileSystemLimits): FileSystem {
  const builder = new FileSystemBuilder(limits);
  for (const element of elements) builder.take(element);
  return builder.finish();
}

function attributesOf(commands: readonly FileCommand[] | undefined): FileControlParameters | undefined {
  return commands?.find((command) => command.kind === 'fileDescriptor')?.value;
}

function required(writer: ContentWriter | undefined): ContentWriter {
  if (writer === undefined) throw new ProfilePackageError('BAD_FILE', 'content without a file');
  return writer;
}
