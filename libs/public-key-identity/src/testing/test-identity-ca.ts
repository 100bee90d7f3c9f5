import { sign } from 'node:crypto';
import { encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import {
  keyUsages,
  type TestCertificate,
  type TestSigner,
  testCertificate,
  testExtension,
  testRevocationList,
  testSigner,
} from '@tegata/emrtd/testing';
import { type IdentityStatement, statementOctets } from '../statement.ts';
import type { PublicKeyEvidence } from '../verify-public-key-identity.ts';

/** A person, as the certificate says it. */
export interface TestPerson {
  readonly name: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: 'M' | 'F' | 'X';
  readonly address: string;
}

/** A certificate for signatures, with its key. */
export interface IssuedPerson {
  readonly certificate: Uint8Array;
  readonly signer: TestSigner;
  readonly serialNumber: number;
}

const object = (dotted: string) => encodeTlv(0x06, encodeObjectIdentifier(dotted));
const caName = 'Test identity CA';
/** digitalSignature and nonRepudiation; digitalSignature alone. */
const usages = { signature: Buffer.of(6, 0xc0), responder: Buffer.of(7, 0x80) };
const sexes = { M: '1', F: '2', X: '3' } as const;
const day = 24 * 3600_000;
const validityMs = 5 * 365 * day;

/** Policy of certificates for signatures, as of Japan's public certification service for individuals. */
export const signaturePolicy = '1.2.392.200149.8.5.1.1.10';

/** What a CA consists of; its keys are for tests. */
export interface TestIdentityCaParts {
  readonly signer: TestSigner;
  readonly certificate: Uint8Array;
  readonly responder: { readonly signer: TestSigner; readonly certificate: Uint8Array };
}

/** A CA for persons, with a responder that it has certified. For tests: nothing protects its keys. */
export class TestIdentityCa {
  constructor(readonly parts: TestIdentityCaParts) {}

  /** A new one, with fresh keys, in force for ten years. */
  static create(at: Date, signer: TestSigner = testSigner('rsa')): TestIdentityCa {
    const validity = { notBefore: new Date(at.getTime() - day), notAfter: new Date(at.getTime() + 2 * validityMs) };
    const responder = testSigner();
    const names = { issuer: caName, ...validity };
    const ca = { ...names, subject: caName, serialNumber: 1, ca: true, keyUsage: keyUsages.authority };
    const extensions = [testExtension('2.5.29.37', encodeTlv(0x30, object('1.3.6.1.5.5.7.3.9')))];
    const delegated = {
      ...names,
      subject: 'Test OCSP responder',
      serialNumber: 2,
      keyUsage: usages.responder,
      extensions,
    };
    return new TestIdentityCa({
      signer,
      certificate: testCertificate(ca, signer.publicKey, signer),
      responder: { signer: responder, certificate: testCertificate(delegated, responder.publicKey, signer) },
    });
  }

  /** Issues a certificate as a card has it. `deviation` is for tests of refusals. */
  issue(
    person: TestPerson,
    serialNumber: number,
    at: Date,
    { signer = testSigner('rsa'), ...deviation }: Partial<TestCertificate> & { readonly signer?: TestSigner } = {},
  ): IssuedPerson {
    const other = (place: number, value: string) =>
      encodeTlv(
        0xa0,
        object(`1.2.392.200149.8.5.5.${place}`),
        encodeTlv(0xa0, encodeTlv(0x0c, Buffer.from(value, 'utf8'))),
      );
    const names = [
      other(1, person.name),
      other(3, sexes[person.sex]),
      // The digit before the year stands for the era; 4 is Heisei.
      other(4, `4${person.birthDate.replaceAll('-', '')}`),
      other(5, person.address),
    ];
    const policies = encodeTlv(0x30, encodeTlv(0x30, object(signaturePolicy)));
    const certificate = testCertificate(
      {
        ...{ subject: `Holder ${serialNumber}`, issuer: caName, serialNumber, keyUsage: usages.signature },
        ...{ notBefore: new Date(at.getTime() - day), notAfter: new Date(at.getTime() + validityMs) },
        extensions: [testExtension('2.5.29.17', encodeTlv(0x30, ...names)), testExtension('2.5.29.32', policies, true)],
        ...deviation,
      },
      signer.publicKey,
      this.parts.signer,
    );
    return { certificate, signer, serialNumber };
  }

  revocationList(revoked: readonly number[], at: Date, lifetimeMs = day): Uint8Array {
    const nextUpdate = new Date(at.getTime() + lifetimeMs);
    return testRevocationList({ issuer: caName, thisUpdate: at, nextUpdate, revoked }, this.parts.signer);
  }
}

/** What a card does with its key. */
export const signStatement = (
  { certificate, signer }: IssuedPerson,
  statement: IdentityStatement,
): PublicKeyEvidence => ({ certificate, signature: sign('sha256', statementOctets(statement), signer.privateKey) });
