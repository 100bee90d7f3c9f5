import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapturedFrame, DocumentKind, VerificationInput } from '@tegata/ekyc';
import type { ChipFiles } from '@tegata/emrtd';
import { field, parseJson, SetError, text } from './fields.ts';
import {
  type ChipEntry,
  type DocumentEntry,
  type HeldEntry,
  type Manifest,
  type PresentationEntry,
  parseManifest,
  parseSession,
  type SessionEntry,
} from './manifest.ts';

/** A folder of people, sessions, documents and chips, with what is true of them. Files are read when they are asked for. */
export class EvaluationSet {
  private constructor(
    readonly directory: string,
    readonly manifest: Manifest,
  ) {}

  /** @throws SetError where the folder has no usable `manifest.json` */
  static open(directory: string): EvaluationSet {
    if (!existsSync(directory)) throw new SetError(directory, 'there is no such folder');
    if (!existsSync(join(directory, 'manifest.json'))) {
      throw new SetError(directory, 'has no manifest.json: no set, or one of which the generation was not finished');
    }
    const set = new EvaluationSet(directory, parseManifest(readFileSync(join(directory, 'manifest.json'), 'utf8')));
    set.requireFiles();
    return set;
  }

  /** The photograph of somebody: before the camera, or as a document has it. */
  portrait(id: string, of: 'live' | 'document'): Uint8Array {
    return this.octets('portraits', `${id}_${of}.jpg`);
  }

  /** What a session has to be judged by. */
  session({ name }: SessionEntry): Pick<VerificationInput, 'document' | 'challenge' | 'frames'> & {
    readonly documentKind: DocumentKind;
  } {
    const record = this.record(name);
    const { prompts, colours } = record;
    const frames: CapturedFrame[] = record.frames.map(({ file, prompt, colour, atMs }) => ({
      octets: this.octets('sessions', name, file),
      promptIndex: prompt,
      colourIndex: colour,
      capturedAtMs: atMs,
    }));
    return {
      document: this.octets('sessions', name, record.document ?? 'portrait.jpg'),
      documentKind: record.document === undefined ? 'portrait' : 'page',
      challenge: colours.length > 0 ? { prompts, colours } : { prompts },
      frames,
    };
  }

  /** The picture of a document. */
  document({ file }: DocumentEntry): Uint8Array {
    return this.octets('documents', file);
  }

  /** The picture of a document, or of a picture of one. */
  presentation({ file }: PresentationEntry): Uint8Array {
    return this.octets('presentations', file);
  }

  /** The picture of a document that was sent, and a frame of what was held before the camera for each colour. */
  held({ name, colours }: HeldEntry): { sent: Uint8Array; frames: readonly Uint8Array[] } {
    return {
      sent: this.octets('held', name, 'document.jpg'),
      frames: colours.map((_, k) => this.octets('held', name, `${k}.jpg`)),
    };
  }

  /** The files of a chip, and the certificate it is to be believed by. @throws SetError */
  chip({ file }: ChipEntry): { files: ChipFiles; csca: Uint8Array } {
    const where = join(this.directory, 'emrtd', file);
    const value = parseJson(Buffer.from(this.octets('emrtd', file)).toString('utf8'), where);
    const part = (name: string) => new Uint8Array(Buffer.from(field(value, where, name, text), 'base64'));
    return { files: { sod: part('sod'), dg1: part('dg1'), dg2: part('dg2') }, csca: part('csca') };
  }

  /** Finds out before an hour of work what is missing at its end. */
  private requireFiles(): void {
    const { identities, sessions, documents, presentations, held, chips } = this.manifest;
    const wanted = [
      ...identities.flatMap((id) => [
        ['portraits', `${id}_live.jpg`] as const,
        ['portraits', `${id}_document.jpg`] as const,
      ]),
      ...documents.map(({ file }) => ['documents', file] as const),
      ...presentations.map(({ file }) => ['presentations', file] as const),
      ...held.flatMap(({ name, colours }) =>
        ['document.jpg', ...colours.map((_, k) => `${k}.jpg`)].map((file) => ['held', name, file] as const),
      ),
      ...chips.map(({ file }) => ['emrtd', file] as const),
      ...sessions.flatMap(({ name }) => {
        const { document = 'portrait.jpg', frames } = this.record(name);
        return [document, ...frames.map(({ file }) => file)].map((file) => ['sessions', name, file] as const);
      }),
    ];
    const missing = wanted.map((path) => join(this.directory, ...path)).filter((path) => !existsSync(path));
    if (missing.length === 0) return;
    throw new SetError(
      missing[0]!,
      missing.length === 1 ? 'is missing' : `is missing, and ${missing.length - 1} more files`,
    );
  }

  private record(name: string) {
    const where = join('sessions', name, 'session.json');
    return parseSession(Buffer.from(this.octets('sessions', name, 'session.json')).toString('utf8'), where);
  }

  private octets(...path: readonly string[]): Uint8Array {
    const file = join(this.directory, ...path);
    try {
      return readFileSync(file);
    } catch (error) {
      throw new SetError(file, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'can not be read');
    }
  }
}
