import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Logger, refusal } from '@tegata/service-kit';

/** Endings of certificates (DER or PEM), and of revocation lists (DER). */
const certificateEndings = ['.cer', '.crt', '.der', '.pem'];
const revocationListEnding = '.crl';

const isOf = (file: string) => extname(file).toLowerCase();
const isCertificate = (file: string) => certificateEndings.includes(isOf(file));

/** What an operator puts into a folder: whom to believe, and what they have revoked. Octets are DER. */
export interface TrustFolder {
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
}

/** @throws Error for a folder that can't be read, or a file that is no certificate though its ending says so */
export function readTrustFolder(folder: string): TrustFolder {
  return trustIn(new Map(namesIn(folder).map((file) => [file, readFileSync(join(folder, file))])));
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => isCertificate(file) || isOf(file) === revocationListEnding)
    .sort();

function trustIn(files: ReadonlyMap<string, Uint8Array>): TrustFolder {
  const named = (wanted: boolean) =>
    [...files].filter(([file]) => isCertificate(file) === wanted).map(([, octets]) => octets);
  return {
    certificates: named(true).map((octets) => new Uint8Array(new X509Certificate(octets).raw)),
    revocationLists: named(false),
  };
}

/** Files as they were last found; undefined: there, and could not be read. */
type Found = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * A folder that is changed while it is in use. What a file is believed for it is believed for as long as there is a file of its name: one that
 * is removed counts no more at once, and one that can't be used, since it is half copied or broken, counts as it was when it last could be; if it
 * never could, it does not count. So nothing new is believed because of a file that can't be read, and an old list revokes what it did.
 */
export class TrustFolderInUse<T> {
  #good = new Map<string, Uint8Array>();
  #found: Found = new Map();
  #trust: T;

  /**
   * @param trustOf what the files are good for; throws for what is of no use
   * @throws Error for a folder in which anything can't be used: at the start an operator is there to mend it
   */
  constructor(
    private readonly folder: string,
    private readonly trustOf: (files: TrustFolder) => T,
    private readonly logger: Pick<Logger, 'error'>,
  ) {
    this.#trust = trustOf(readTrustFolder(folder));
    this.#trust = this.current();
  }

  /** What counts now. @throws ServiceError UNAVAILABLE (TRUST_FOLDER_UNREADABLE): what was removed can't be known */
  current(): T {
    const found = this.#read();
    if (isSame(found, this.#found)) return this.#trust;
    const good = new Map<string, Uint8Array>();
    // Certificates first: a list is good under them.
    const files = [...found].sort(([one], [other]) => Number(isCertificate(other)) - Number(isCertificate(one)));
    for (const [file, octets] of files) {
      const others = isCertificate(file) ? new Map() : new Map([...good].filter(([name]) => isCertificate(name)));
      const usable = (candidate: Uint8Array | undefined) => this.#isUsable(others, file, candidate);
      const counts = [octets, this.#good.get(file)].find(usable);
      if (counts !== undefined) good.set(file, counts);
      if (octets !== undefined && counts === octets) continue;
      const { folder } = this;
      this.logger.error({ folder, file, counts: counts ? 'as before' : 'not' }, 'file of a CA can not be used');
    }
    this.#trust = this.trustOf(trustIn(good));
    this.#good = good;
    this.#found = found;
    return this.#trust;
  }

  #isUsable(others: ReadonlyMap<string, Uint8Array>, file: string, octets: Uint8Array | undefined): boolean {
    if (octets === undefined) return false;
    try {
      this.trustOf(trustIn(new Map([...others, [file, octets]])));
      return true;
    } catch {
      return false;
    }
  }

  #read(): Found {
    let names: string[];
    try {
      names = namesIn(this.folder);
    } catch (cause) {
      this.logger.error({ folder: this.folder }, 'folder of CAs can not be read');
      throw refusal('TRUST_FOLDER_UNREADABLE', { cause });
    }
    const found = new Map<string, Uint8Array | undefined>();
    for (const file of names) {
      try {
        found.set(file, readFileSync(join(this.folder, file)));
      } catch (error) {
        // Removed since the folder was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') found.set(file, undefined);
      }
    }
    return found;
  }
}

function isSame(one: Found, other: Found): boolean {
  const sameOctets = (a: Uint8Array | undefined, b: Uint8Array | undefined) =>
    a === undefined || b === undefined ? a === b : Buffer.from(a).equals(b);
  return (
    one.size === other.size &&
    [...one].every(([file, octets]) => other.has(file) && sameOctets(octets, other.get(file)))
  );
}
