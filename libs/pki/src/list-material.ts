import { type Certificate, type CertificateRole, type Curve, roleOids } from '@tegata/x509';
import { KeyStore } from './key-store.ts';

/** One entry of a PKI. */
export interface ListedEntry {
  readonly entry: string;
  /** role of SGP.22; absent: not a certificate of remote SIM provisioning */
  readonly role?: CertificateRole;
  readonly curve: Curve;
  /** whether its private key is here */
  readonly key: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Everything in a PKI, by folder. @throws PkiError `CERTIFICATE_UNREADABLE` */
export async function listMaterial(directory: string): Promise<readonly ListedEntry[]> {
  const store = new KeyStore(directory);
  const found: ListedEntry[] = [];
  for (const entry of await entriesUnder(store, '.')) {
    const certificate = await store.certificate(entry);
    const role = roleOf(certificate);
    const { curve, notBefore, notAfter } = certificate;
    const key = await store.hasKey(entry);
    found.push({ entry, ...(role !== undefined && { role }), curve, key, notBefore, notAfter });
  }
  return found;
}

/** Folders that hold a certificate. */
async function entriesUnder(store: KeyStore, folder: string): Promise<string[]> {
  const names = await store.list(folder);
  if (names.includes('certificate.pem')) return [folder];
  const below = names.filter((name) => !name.includes('.'));
  return (
    await Promise.all(below.map((name) => entriesUnder(store, folder === '.' ? name : `${folder}/${name}`)))
  ).flat();
}

function roleOf({ policies }: Certificate): CertificateRole | undefined {
  return (Object.keys(roleOids) as CertificateRole[]).find((role) => policies.includes(roleOids[role]));
}
