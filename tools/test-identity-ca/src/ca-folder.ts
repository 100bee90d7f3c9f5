import { createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestSigner } from '@tegata/emrtd/testing';
import { TestIdentityCa } from '@tegata/public-key-identity/testing';

/** A folder that can't be used. */
export class CaFolderError extends Error {
  override readonly name = 'CaFolderError';
}

/** What was issued, by serial number; revoked since when. */
export interface IssuedEntry {
  readonly serialNumber: number;
  readonly name: string;
  readonly revokedAt?: string;
}

const names = {
  certificate: 'ca.cer',
  key: 'ca-key.pem',
  responderCertificate: 'responder.cer',
  responderKey: 'responder-key.pem',
  index: 'index.json',
} as const;

/** Serial numbers begin above those of the CA itself and of its responder. */
const firstSerialNumber = 1_000;

/** A test CA in a folder: certificates and keys in files, and the list of what it has issued. */
export class CaFolder {
  private constructor(
    private readonly folder: string,
    readonly ca: TestIdentityCa,
  ) {}

  /** @throws CaFolderError where there is one already */
  static create(folder: string, at: Date): CaFolder {
    if (existsSync(join(folder, names.index))) throw new CaFolderError(`${folder} holds a CA already`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ca = TestIdentityCa.create(at);
    const { signer, certificate, responder } = ca.parts;
    const write = (name: string, content: string | Uint8Array) =>
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    write(names.certificate, certificate);
    write(names.key, pem(signer));
    write(names.responderCertificate, responder.certificate);
    write(names.responderKey, pem(responder.signer));
    write(names.index, '[]');
    return new CaFolder(folder, ca);
  }

  /** @throws CaFolderError where there is none */
  static open(folder: string): CaFolder {
    if (!existsSync(join(folder, names.index))) throw new CaFolderError(`${folder} holds no CA; make one with init`);
    const read = (name: string) => readFileSync(join(folder, name));
    const parts = {
      signer: signerOf(read(names.key), 'rsa'),
      certificate: new Uint8Array(read(names.certificate)),
      responder: {
        signer: signerOf(read(names.responderKey), 'ecdsa'),
        certificate: new Uint8Array(read(names.responderCertificate)),
      },
    };
    return new CaFolder(folder, new TestIdentityCa(parts));
  }

  get issued(): readonly IssuedEntry[] {
    return JSON.parse(readFileSync(join(this.folder, names.index), 'utf8')) as readonly IssuedEntry[];
  }

  nextSerialNumber(): number {
    return Math.max(firstSerialNumber, ...this.issued.map(({ serialNumber }) => serialNumber)) + 1;
  }

  add(entry: IssuedEntry): void {
    this.store([...this.issued, entry]);
  }

  /** @throws CaFolderError for one that was never issued */
  revoke(serialNumber: number, at: Date): void {
    const known = this.issued;
    if (!known.some((entry) => entry.serialNumber === serialNumber)) {
      throw new CaFolderError(`no certificate ${serialNumber} was issued; see list`);
    }
    const revokedAt = at.toISOString();
    this.store(known.map((entry) => (entry.serialNumber === serialNumber ? { revokedAt, ...entry } : entry)));
  }

  get revoked(): readonly number[] {
    return this.issued.flatMap(({ serialNumber, revokedAt }) => (revokedAt === undefined ? [] : [serialNumber]));
  }

  private store(entries: readonly IssuedEntry[]): void {
    const path = join(this.folder, names.index);
    writeFileSync(`${path}.new`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

const pem = ({ privateKey }: TestSigner): string => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

function signerOf(key: Buffer, algorithm: TestSigner['algorithm']): TestSigner {
  const privateKey = createPrivateKey(key);
  return { privateKey, publicKey: createPublicKey(privateKey), algorithm, digest: 'sha256' };
}
