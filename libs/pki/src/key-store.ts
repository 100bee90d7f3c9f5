import type { KeyObject } from 'node:crypto';
import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Certificate, certificatePem, parseCertificatePem } from '@tegata/x509';
import { privateKeyPem, readPrivateKeyPem } from './key-file.ts';
import { InProcessKey } from './keys.ts';
import { PkiError } from './pki-error.ts';

/** A key with the certificate over it. */
export interface CertifiedKey {
  readonly certificate: Certificate;
  readonly key: InProcessKey;
}

const KEY_FILE = 'key.pem';
const CERTIFICATE_FILE = 'certificate.pem';
/** Folders that a killed process left half made are removed after this time, in milliseconds. */
const ABANDONED_AFTER = 3_600_000;

/**
 * Keys and certificates in a directory: a folder per entry (`rsp/ci`, `service/relay`), in it `key.pem` (PKCS#8, mode
 * 0600, optionally under a passphrase) and `certificate.pem`.
 *
 * Safe for several processes at once: an entry appears complete, by renaming its folder, or not at all; of two that make
 * the same entry the first wins and both go on with its key. A certificate is replaced by renaming a file over it.
 */
export class KeyStore {
  readonly #directory: string;
  readonly #passphrase: string | undefined;

  constructor(directory: string, passphrase?: string) {
    this.#directory = directory;
    this.#passphrase = passphrase;
  }

  /** Whether there is an entry. */
  async has(entry: string): Promise<boolean> {
    return (await this.#stat(entry)) !== undefined;
  }

  /** @throws PkiError `MISSING`, `CERTIFICATE_UNREADABLE` */
  async certificate(entry: string): Promise<Certificate> {
    const text = await this.#text(entry, CERTIFICATE_FILE);
    try {
      const [certificate] = parseCertificatePem(text);
      if (certificate !== undefined) return certificate;
    } catch (cause) {
      throw new PkiError('CERTIFICATE_UNREADABLE', entry, 'certificate.pem holds no certificate', { cause });
    }
    throw new PkiError('CERTIFICATE_UNREADABLE', entry, 'certificate.pem holds no certificate');
  }

  /** @throws PkiError `MISSING`, `KEY_UNREADABLE` */
  async key(entry: string): Promise<InProcessKey> {
    const text = await this.#text(entry, KEY_FILE);
    try {
      return new InProcessKey(readPrivateKeyPem(text, this.#passphrase));
    } catch (cause) {
      throw new PkiError('KEY_UNREADABLE', entry, 'key.pem is damaged, or its passphrase is another one', { cause });
    }
  }

  /** @throws PkiError `MISSING`, `KEY_UNREADABLE`, `CERTIFICATE_UNREADABLE`, `KEY_MISMATCH` */
  async certifiedKey(entry: string): Promise<CertifiedKey> {
    const key = await this.key(entry);
    const certificate = await this.certificate(entry);
    if (!certificate.publicKey.equals(key.publicKey))
      throw new PkiError('KEY_MISMATCH', entry, 'the certificate is over another key');
    return { certificate, key };
  }

  /** Names of the entries and folders in a folder, sorted; none where there is no such folder. */
  async list(folder: string): Promise<readonly string[]> {
    const names = await readdir(join(this.#directory, folder)).catch((error: unknown) => {
      if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return [];
      throw error;
    });
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  /** Whether an entry has its private key here, and not the certificate alone. */
  async hasKey(entry: string): Promise<boolean> {
    return (await this.#stat(join(entry, KEY_FILE))) !== undefined;
  }

  /**
   * Adds an entry, without a key where that is elsewhere. Answers false when another process was first: then its key and
   * certificate are there instead.
   */
  async add(entry: string, privateKey: KeyObject | undefined, certificate: Certificate): Promise<boolean> {
    const target = join(this.#directory, entry);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await this.#removeAbandoned(target);
    const made = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    try {
      if (privateKey !== undefined)
        await writeDurably(join(made, KEY_FILE), privateKeyPem(privateKey, this.#passphrase), 0o600);
      await writeDurably(join(made, CERTIFICATE_FILE), certificatePem(certificate), 0o644);
      await rename(made, target);
      await syncFolder(dirname(target));
      return true;
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      if (isCode(error, 'ENOTEMPTY') || isCode(error, 'EEXIST')) return false;
      throw error;
    }
  }

  /** A further file of an entry; undefined when it has none of that name. */
  async file(entry: string, name: string): Promise<Buffer | undefined> {
    return readFile(join(this.#directory, entry, name)).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  /** Puts a further file to an entry that is there, in place of an earlier one of that name. */
  async putFile(entry: string, name: string, octets: Uint8Array, mode = 0o644): Promise<void> {
    const folder = join(this.#directory, entry);
    const made = await mkdtemp(join(folder, '.file-'));
    try {
      await writeDurably(join(made, name), octets, mode);
      await rename(join(made, name), join(folder, name));
      await syncFolder(folder);
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }

  /** Puts another certificate over the same key in place of the present one. */
  replaceCertificate(entry: string, certificate: Certificate): Promise<void> {
    return this.putFile(entry, CERTIFICATE_FILE, Buffer.from(certificatePem(certificate)));
  }

  /** Puts the private key to an entry that has only its certificate so far. */
  addKey(entry: string, privateKey: KeyObject): Promise<void> {
    return this.putFile(entry, KEY_FILE, Buffer.from(privateKeyPem(privateKey, this.#passphrase)), 0o600);
  }

  async #text(entry: string, file: string): Promise<string> {
    try {
      return await readFile(join(this.#directory, entry, file), 'utf8');
    } catch (cause) {
      if (!isCode(cause, 'ENOENT')) throw cause;
      throw new PkiError('MISSING', entry, `there is no ${file}`, { cause });
    }
  }

  async #stat(entry: string): Promise<{ mtimeMs: number } | undefined> {
    return stat(join(this.#directory, entry)).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  async #removeAbandoned(target: string): Promise<void> {
    const siblings = await readdir(dirname(target));
    for (const name of siblings.filter((sibling) => sibling.startsWith(`.${basename(target)}-`))) {
      const path = join(dirname(target), name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      // The file system's clock against itself: no entry takes an hour to make.
      if (Date.now() - mtimeMs > ABANDONED_AFTER) await rm(path, { recursive: true, force: true });
    }
  }
}

async function writeDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await using(await open(path, 'wx', mode), async (file) => {
    await file.writeFile(content);
    await file.sync();
  });
}

async function syncFolder(path: string): Promise<void> {
  await using(await open(path, 'r'), (folder) => folder.sync());
}

async function using(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
