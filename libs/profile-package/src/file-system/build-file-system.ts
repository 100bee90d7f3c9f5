import type { FileCommand, FileControlParameters, FileManagementCommand } from '../elements/file.ts';
import type { FileElementBody, FileElementType } from '../elements/file-elements.ts';
import { isFileElement, type ProfileElement } from '../elements/profile-element.ts';
import type { ProfileWarning } from '../euicc-response.ts';
import { atElement, ProfilePackageError } from '../profile-package-error.ts';
import { FILE_TEMPLATES, type FileTemplate } from '../templates/index.ts';
import type { TemplateFile } from '../templates/template-table.ts';
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
  private readonly skipped: ProfileWarning[] = [];

  constructor(limits: FileSystemLimits = {}) {
    this.room = limits.octets ?? DEFAULT_OCTETS;
  }

  /** Elements that were left out: their templates are not known, and they are not mandatory. */
  get warnings(): readonly ProfileWarning[] {
    return this.skipped;
  }

  /** The directory to which PINs belong: the first one made by the last element that made any (section 8.5.1). */
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
    let first: Directory | undefined;
    if (element.type === 'genericFileManagement') {
      first = atElement({ identification }, () => this.manageAll(element.body.fileManagement));
    } else if (isFileElement(element)) {
      const template = FILE_TEMPLATES.get(element.body.templateId);
      if (template === undefined && !element.mandated) {
        this.skipped.push({ code: 'UNSUPPORTED_TEMPLATE', identification });
        return;
      }
      first = atElement({ identification }, () => this.fromTemplate(element.type, element.body, template));
    }
    this.latest = first ?? this.latest;
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

  /** Makes the files of a template, and returns the first directory among them. */
  private fromTemplate(
    type: FileElementType,
    body: FileElementBody,
    template: FileTemplate | undefined,
  ): Directory | undefined {
    if (template === undefined || template.element !== type) {
      throw new ProfilePackageError('UNSUPPORTED_TEMPLATE', `${type} with template ${body.templateId}`);
    }
    const made = new Map<string | undefined, Directory | undefined>([[undefined, this.base(type)]]);
    let first: Directory | undefined;
    for (const row of template.files) {
      const commands = body.files.get(row.name);
      if (commands === undefined && !template.createdByDefault) continue;
      // In the MF the command has no effect.
      if (commands?.some(({ kind }) => kind === 'doNotCreate') && type !== 'mf') continue;
      const parent = made.get(row.parent);
      const plan = { attributes: attributesOf(commands), template: row };
      if (isDirectoryPlan(plan)) {
        const directory = this.addDirectory(this.linkedDirectory(makeDirectory(plan, parent), plan.attributes));
        made.set(row.name, directory);
        first ??= directory;
        if (directory.kind === 'adf') this.directories.set(type, directory).set('any', directory);
      } else {
        if (parent === undefined) throw new ProfilePackageError('BAD_FILE', `${row.name} without its directory`);
        this.addInstances(row, commands ?? [], parent);
      }
    }
    return first;
  }

  /** A file that is described more than once is made more than once; only the first has the template's short identifier. */
  private addInstances(row: TemplateFile, commands: readonly FileCommand[], parent: Directory): void {
    instancesOf(commands).forEach((instance, i) => {
      const template = i === 0 ? row : { ...row, sfi: undefined };
      const plan = { attributes: attributesOf(instance), template };
      this.write(this.addFile(makeElementaryFile(plan, parent, this.room)), instance);
    });
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

  private manageAll(lists: readonly (readonly FileManagementCommand[])[]): Directory | undefined {
    let first: Directory | undefined;
    for (const commands of lists) {
      const made = this.manage(commands);
      first ??= made;
    }
    return first;
  }

  /**
   * One list of PE-GenericFileManagement (section 8.3.5), which begins in the MF or makes it. What is made is selected.
   * Returns the first directory that was made.
   */
  private manage(commands: readonly FileManagementCommand[]): Directory | undefined {
    let first: Directory | undefined;
    let directory = this.system?.mf;
    let writer: ContentWriter | undefined;
    for (const { kind, value } of commands) {
      switch (kind) {
        case 'filePath': {
          const node: FileNode = this.files().get(pathFromOctets(value));
          writer = node.kind === 'ef' ? this.writerFor(node) : undefined;
          directory = node.kind === 'ef' ? node.parent : node;
          break;
        }
        case 'createFCP': {
          const plan = { attributes: value, template: undefined };
          if (isDirectoryPlan(plan)) {
            directory = this.addDirectory(this.linkedDirectory(makeDirectory(plan, directory), value));
            if (directory.kind === 'adf') this.directories.set('any', directory);
            first ??= directory;
            writer = undefined;
          } else {
            if (directory === undefined) throw new ProfilePackageError('MF_NOT_SECOND', 'a file before the MF');
            writer = this.writerFor(this.addFile(makeElementaryFile(plan, directory, this.room)));
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
    return first;
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

/** The steps of each file: a second description begins another one. */
function instancesOf(commands: readonly FileCommand[]): FileCommand[][] {
  const instances: FileCommand[][] = [[]];
  for (const command of commands) {
    const described = instances.at(-1)?.some(({ kind }) => kind === 'fileDescriptor');
    if (command.kind === 'fileDescriptor' && described) instances.push([]);
    instances.at(-1)?.push(command);
  }
  return instances;
}

function attributesOf(commands: readonly FileCommand[] | undefined): FileControlParameters | undefined {
  return commands?.find((command) => command.kind === 'fileDescriptor')?.value;
}

function required(writer: ContentWriter | undefined): ContentWriter {
  if (writer === undefined) throw new ProfilePackageError('BAD_FILE', 'content without a file');
  return writer;
}
