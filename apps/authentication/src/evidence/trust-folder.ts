import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { EmrtdRefusal } from '@tegata/emrtd';
import {
  type Authorities,
  type DocumentCertificate,
  type DocumentSignerCrl,
  isListOf,
  readAuthority,
  readListOf,
} from '@tegata/emrtd/certificates';
import { type Logger, refusal } from '@tegata/service-kit';

/** Endings of certificates (DER or PEM), and of revocation lists (DER). */
const certificateEndings = ['.cer', '.crt', '.der', '.pem'];
const revocationListEnding = '.crl';

/** Files changed so lately may change again without a trace in their times, which have the pace of the file system's clock; in milliseconds. */
const lately = 2_000;

/** Octets of the largest file that is read. */
const largest = 16 * 1024 * 1024;

/** A folder of CAs that can't be used at the start. The message names the folder, the file, and what is wrong. */
export class TrustFolderError extends Error {
  override readonly name = 'TrustFolderError';
}

/** A file as it was last found: `octets` undefined where it is there and could not be read. */
interface Found {
  /** of the file's times, size and place */
  readonly stamp: string;
  readonly octets: Uint8Array | undefined;
}

/** Hears of a file that can't be used, and of what counts in its place. */
type Unusable = (file: string, cause: unknown, counts: 'as before' | 'not') => void;

/** What a file counts as, and the octets that say so. */
interface Counting<T> {
  readonly octets: Uint8Array;
  readonly read: T;
}

/**
 * A folder of CA certificates and their revocation lists, which may change while it is in use.
 *
 * What a file is believed for it is believed for as long as there is a file of its name: one that can't be used, since it is half copied or
 * broken, counts as it was when it last could be; if it never could, it does not count. A certificate that is removed counts no more at
 * once. A list counts until a newer one of its CA does, whatever becomes of its file: neither an older one in its place nor a folder that is
 * being filled anew makes anybody good whom it has revoked.
 */
export class TrustFolder<T> {
  #found: ReadonlyMap<string, Found> = new Map();
  /** Whether no file has changed so lately that it would have to be read again to know. */
  #settled = false;
  #certificates: ReadonlyMap<string, Counting<DocumentCertificate>> = new Map();
  #lists: ReadonlyMap<string, Counting<DocumentSignerCrl>> = new Map();
  /** Lists whose files are gone or older now, by the name of the file that they were in. */
  #outlasting: ReadonlyMap<string, DocumentSignerCrl> = new Map();
  #trust: T;

  /**
   * @param trustOf what the files are good for
   * @throws TrustFolderError for a folder without certificates, or in which anything can't be used: at the start an operator is there to mend it
   */
  constructor(
    private readonly folder: string,
    private readonly trustOf: (authorities: Authorities) => T,
    private readonly logger: Pick<Logger, 'error' | 'info'>,
  ) {
    try {
      this.#look();
    } catch (cause) {
      throw new TrustFolderError(`${folder} can not be read`, { cause });
    }
    if (![...this.#found.keys()].some(isCertificate)) {
      throw new TrustFolderError(`${folder} holds no certificate of a CA`);
    }
    this.#take((file, cause) => {
      const why = cause instanceof EmrtdRefusal ? cause.message : 'it can not be read';
      throw new TrustFolderError(`${folder} can not be used: ${file}: ${why}`, { cause });
    });
    this.#trust = this.#made();
  }

  /** What counts now. @throws ServiceError UNAVAILABLE (TRUST_FOLDER_UNREADABLE): what was removed can't be known */
  current(): T {
    const { folder, logger } = this;
    let changed: boolean;
    try {
      changed = this.#look();
    } catch (cause) {
      logger.error({ folder }, 'folder of CAs can not be read');
      throw refusal('TRUST_FOLDER_UNREADABLE', { cause });
    }
    if (!changed) return this.#trust;
    this.#take((file, _, counts) => logger.error({ folder, file, counts }, 'file of a CA can not be used'));
    this.#trust = this.#made();
    const [certificates, lists] = [this.#certificates.size, this.#lists.size + this.#outlasting.size];
    logger.info({ folder, certificates, lists }, 'files of CAs have changed');
    return this.#trust;
  }

  #made(): T {
    const authorities = [...this.#certificates.values()].map(({ read }) => read);
    const lists = [...this.#lists.values()].map(({ read }) => read);
    return this.trustOf({ authorities, lists: [...lists, ...this.#outlasting.values()] });
  }

  /** Looks which files there are, and reads those that have changed. @returns whether any has */
  #look(): boolean {
    const now = Date.now();
    const names = readdirSync(this.folder)
      .filter((file) => isCertificate(file) || isOf(file) === revocationListEnding)
      .sort();
    const found = new Map<string, Found>();
    let settled = true;
    for (const file of names) {
      const path = join(this.folder, file);
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      // Removed since the folder was listed.
      if (!stat) continue;
      const { ino, size, mtimeNs, ctimeNs, ctimeMs } = stat;
      const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
      settled &&= Number(ctimeMs) < now - lately;
      const before = this.#found.get(file);
      const isKnown = this.#settled && before?.stamp === stamp && before.octets !== undefined;
      found.set(file, isKnown ? before : { stamp, octets: size > largest ? undefined : octetsOf(path) });
    }
    const changed = !isSame(found, this.#found);
    this.#found = found;
    this.#settled = settled;
    return changed;
  }

  /** Makes of the files that were found what counts. */
  #take(unusable: Unusable): void {
    const certificates = new Map<string, Counting<DocumentCertificate>>();
    const lists = new Map<string, Counting<DocumentSignerCrl>>();
    // Certificates first: a list is good under them.
    for (const [file, { octets }] of this.#found) {
      if (!isCertificate(file)) continue;
      const counts = this.#counting(file, octets, this.#certificates.get(file), () => true, readCertificate, unusable);
      if (counts) certificates.set(file, counts);
    }
    const authorities = [...certificates.values()].map(({ read }) => read);
    const readList = (file: string, octets: Uint8Array) => readListOf(authorities, file, octets);
    const isList = (list: DocumentSignerCrl) => isListOf(authorities, list);
    for (const [file, { octets }] of this.#found) {
      if (isCertificate(file)) continue;
      const counts = this.#counting(file, octets, this.#lists.get(file), isList, readList, unusable);
      if (counts) lists.set(file, counts);
    }
    const inFiles = [...lists.values()].map(({ read }) => read);
    const earlier = [...this.#outlasting, ...[...this.#lists].map(([file, { read }]) => [file, read] as const)].filter(
      ([, list]) => isList(list),
    );
    const outlasting = new Map(
      earlier.filter(
        ([, list]) =>
          !inFiles.some((other) => isAsNew(other, list)) && !earlier.some(([, other]) => isNewer(other, list)),
      ),
    );
    for (const [file] of outlasting) {
      if (this.#outlasting.has(file)) continue;
      const { folder } = this;
      this.logger.error({ folder, file, counts: 'as before' }, 'revocation list without a newer one of its CA');
    }
    this.#certificates = certificates;
    this.#lists = lists;
    this.#outlasting = outlasting;
  }

  /** What a file counts as: what it holds now, or what it last was good for. */
  #counting<U>(
    file: string,
    octets: Uint8Array | undefined,
    before: Counting<U> | undefined,
    isGoodStill: (read: U) => boolean,
    read: (file: string, octets: Uint8Array) => U,
    unusable: Unusable,
  ): Counting<U> | undefined {
    const good = before && isGoodStill(before.read) ? before : undefined;
    if (octets && good && Buffer.from(good.octets).equals(octets)) return good;
    try {
      if (octets === undefined) throw new Error('the file can not be read');
      return { octets, read: read(file, octets) };
    } catch (cause) {
      unusable(file, cause, good ? 'as before' : 'not');
      return good;
    }
  }
}

const isOf = (file: string) => extname(file).toLowerCase();
const isCertificate = (file: string) => certificateEndings.includes(isOf(file));

/** DER or PEM. */
const readCertificate = (file: string, octets: Uint8Array): DocumentCertificate =>
  readAuthority(file, new Uint8Array(new X509Certificate(octets).raw));

const isOfSameCa = (one: DocumentSignerCrl, other: DocumentSignerCrl): boolean =>
  Buffer.from(one.issuer).equals(other.issuer);
const isAsNew = (one: DocumentSignerCrl, other: DocumentSignerCrl): boolean =>
  isOfSameCa(one, other) && one.thisUpdate >= other.thisUpdate;
const isNewer = (one: DocumentSignerCrl, other: DocumentSignerCrl): boolean =>
  isOfSameCa(one, other) && one.thisUpdate > other.thisUpdate;

function octetsOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function isSame(one: ReadonlyMap<string, Found>, other: ReadonlyMap<string, Found>): boolean {
  const sameOctets = (a: Uint8Array | undefined, b: Uint8Array | undefined) =>
    a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(b));
  return (
    one.size === other.size &&
    [...one].every(([file, { octets }]) => other.has(file) && sameOctets(octets, other.get(file)?.octets))
  );
}
