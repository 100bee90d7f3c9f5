import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { octets, sequence, sequenceOf, verbatim } from '@tegata/der';
import { type EuiccCredential, packEid, signerOf, unpackEid } from '@tegata/rsp';
import {
  type Certificate,
  CertificateError,
  ciKeyIdentifier,
  parseCertificate,
  subjectPublicKeyInfo,
  trustAnchors,
  verifyEuiccChain,
} from '@tegata/x509';
import type { Memory, Transaction } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';
import type { EuiccMaterial } from './euicc-material.ts';

const certificate = verbatim(0x30);

const ecasdRecord = recordType(
  'ecasd',
  sequence(0x30, {
    eid: octets(0x80, 16),
    credentials: sequenceOf(
      0xa1,
      sequence(0x30, {
        /** PKCS #8 */
        privateKey: octets(0x80),
        euiccCertificate: certificate,
        eumCertificate: certificate,
      }),
      1,
    ),
    ciCertificates: sequenceOf(0xa2, certificate, 1),
  }),
);

/** A key of the eUICC, ready for use. */
export interface Credential extends EuiccCredential {
  readonly publicKey: KeyObject;
  /** subject key identifier of the CI that the certificates lead to */
  readonly ciKeyIdentifier: Uint8Array;
}

/** Controlling authority security domain: identity and keys of the eUICC (SGP.22 section 2.4.3). Never changes. */
export class Ecasd {
  private constructor(
    /** 32 digits */
    readonly eid: string,
    /** at least one; the first is the preferred one */
    readonly credentials: readonly [Credential, ...Credential[]],
    readonly ciCertificates: readonly Certificate[],
  ) {}

  /**
   * Puts the material into a transaction.
   *
   * @param at when the eUICC is made
   * @throws CertificateError for an EID, key or certificate that does not belong to the others
   */
  static write(transaction: Transaction, material: EuiccMaterial, at: Date): void {
    const cis = trustAnchors(material.ciCertificates, { acceptTestCis: true });
    for (const { privateKey, euiccCertificate, eumCertificate } of material.credentials) {
      const chain = verifyEuiccChain({ euicc: euiccCertificate.raw, eum: eumCertificate.raw, cis, at });
      if (chain.eid !== material.eid) throw new CertificateError('EID_MALFORMED', 'another EID', 'eUICC');
      const own = subjectPublicKeyInfo(createPublicKey(privateKey));
      if (!Buffer.from(own).equals(euiccCertificate.subjectPublicKeyInfo)) {
        throw new CertificateError('BAD_SIGNATURE', 'certificate is over another key', 'eUICC');
      }
    }
    transaction.put(ecasdRecord, '', {
      eid: packEid(material.eid),
      credentials: material.credentials.map(({ privateKey, euiccCertificate, eumCertificate }) => ({
        privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
        euiccCertificate: euiccCertificate.raw,
        eumCertificate: eumCertificate.raw,
      })),
      ciCertificates: cis.map(({ raw }) => raw),
    });
  }

  /** Reads it back, each key and certificate once. @throws MemoryError `MEMORY_CORRUPT` */
  static read(memory: Memory): Ecasd {
    const record = memory.require(ecasdRecord);
    const credentials = record.credentials.map((kept): Credential => {
      const privateKey = createPrivateKey({ key: Buffer.from(kept.privateKey), format: 'der', type: 'pkcs8' });
      const { euiccCertificate, eumCertificate } = kept;
      const { authorityKeyIdentifier } = parseCertificate(eumCertificate);
      return {
        publicKey: createPublicKey(privateKey),
        signer: signerOf(privateKey),
        euiccCertificate,
        eumCertificate,
        ciKeyIdentifier: authorityKeyIdentifier ?? new Uint8Array(0),
      };
    });
    const ciCertificates = record.ciCertificates.map((raw) => parseCertificate(raw));
    return new Ecasd(unpackEid(record.eid), credentials as [Credential, ...Credential[]], ciCertificates);
  }

  /** The trusted CI with this key identifier. */
  ci(keyIdentifier: Uint8Array): Certificate | undefined {
    return this.ciCertificates.find((ci) => isSame(ciKeyIdentifier(ci), keyIdentifier));
  }

  /** The credential that leads to the CI with this key identifier. */
  credential(keyIdentifier: Uint8Array): Credential | undefined {
    return this.credentials.find((credential) => isSame(credential.ciKeyIdentifier, keyIdentifier));
  }

  /** Key identifiers of the CIs it verifies servers with, the preferred one first. */
  get ciKeyIdentifiersForVerification(): readonly Uint8Array[] {
    return unique(this.ciCertificates.map((ci) => ciKeyIdentifier(ci)));
  }

  /** Key identifiers of the CIs it can sign under, the preferred one first. */
  get ciKeyIdentifiersForSigning(): readonly Uint8Array[] {
    return unique(this.credentials.map((credential) => credential.ciKeyIdentifier));
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function unique(identifiers: readonly Uint8Array[]): Uint8Array[] {
  return identifiers.filter((one, i) => identifiers.findIndex((other) => isSame(one, other)) === i);
}
