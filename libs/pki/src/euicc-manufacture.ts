import type { KeyObject } from 'node:crypto';
import {
  attributeValues,
  type Certificate,
  eidWithCheckDigits,
  isEid,
  issueCertificate,
  randomSerialNumber,
  roleOids,
  verifyEuiccChain,
} from '@tegata/x509';
import { generatePrivateKey, type Random } from './key-generation.ts';
import type { CertifiedKey } from './key-store.ts';
import { InProcessKey } from './keys.ts';
import { validity } from './validity.ts';

/** What an eUICC manufacturer works with. */
export interface EumMaterial extends CertifiedKey {
  /** CIs to be put into every eUICC's ECASD; the EUM's own issuer is among them */
  readonly cis: readonly Certificate[];
}

/** What a new eUICC leaves the factory with. */
export interface ManufacturedEuicc {
  /** 32 digits */
  readonly eid: string;
  readonly euiccCertificate: Certificate;
  readonly eumCertificate: Certificate;
  /** SK.EUICC; it is nowhere but in the eUICC */
  readonly privateKey: KeyObject;
  /** CIs it verifies servers with */
  readonly ciCertificates: readonly Certificate[];
}

/** Validity of an eUICC's certificate, in days: longer than the device lives. */
const DAYS = 20 * 365;

/**
 * Makes an eUICC's identity: EID within the EUM's number range, key pair, certificate (SGP.22 section 4.5.2.1).
 *
 * @param options.eid an EID of the manufacturer's choice; absent: a random one, whose 22 free digits make it unique
 * @throws RangeError for an EID that is none
 * @throws CertificateError for an EID the EUM may not issue for, or an EUM that may not issue now
 */
export async function manufactureEuicc(
  eum: EumMaterial,
  { random, at, eid }: { readonly random: Random; readonly at: Date; readonly eid?: string },
): Promise<ManufacturedEuicc> {
  const [limit] = eum.certificate.permittedDirectoryNames ?? [];
  const [iin = ''] = limit === undefined ? [] : attributeValues(limit, 'serialNumber');
  const [organisation = ''] = limit === undefined ? [] : attributeValues(limit, 'O');
  const chosen = eid ?? eidWithCheckDigits(`${iin}${randomDigits(30 - iin.length, random)}`);
  if (!isEid(chosen)) throw new RangeError('not an EID');
  const key = new InProcessKey(generatePrivateKey(eum.certificate.curve, random));
  const euiccCertificate = await issueCertificate({
    issuer: eum.certificate,
    key: eum.key,
    serialNumber: randomSerialNumber(random),
    ...validity(at, DAYS, eum.certificate),
    subject: [
      { type: 'C', value: 'JP' },
      { type: 'O', value: organisation },
      { type: 'serialNumber', value: chosen },
      { type: 'CN', value: 'Tegata eUICC' },
    ],
    subjectPublicKey: key.publicKey,
    keyUsage: ['digitalSignature'],
    policies: [roleOids.eUICC],
  });
  // Nothing leaves the factory that a server would refuse.
  verifyEuiccChain({ euicc: euiccCertificate.raw, eum: eum.certificate.raw, cis: eum.cis, at });
  return {
    eid: chosen,
    euiccCertificate,
    eumCertificate: eum.certificate,
    privateKey: key.privateKey,
    ciCertificates: eum.cis,
  };
}

/** Decimal digits, each as likely as the others: octets of 250 and above are passed over. */
function randomDigits(count: number, random: Random): string {
  let digits = '';
  while (digits.length < count) for (const octet of random(count)) if (octet < 250) digits += String(octet % 10);
  return digits.slice(0, count);
}
