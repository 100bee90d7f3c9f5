import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeTlv } from '@tegata/der';
import { readDocumentCertificate } from '@tegata/emrtd/certificates';
import { issueChip, testChipKey, testCountry, testHolder, testPassportMrz, testSigner } from '@tegata/emrtd/testing';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { answerOcsp, encodeOcspRequest, TestIdentityCa } from '@tegata/public-key-identity/testing';
import sharp from 'sharp';

const vectors = fileURLToPath(new URL('../../../../shared/vectors/sgp22/', import.meta.url));

function files(folder: string, ending: string): Uint8Array[] {
  if (!existsSync(vectors + folder)) return [];
  return readdirSync(vectors + folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(`${vectors}${folder}/${name}`));
}

/** Every text of hexadecimal digits in a recorded session: the objects of SGP.22 that were exchanged. */
function recordedObjects(): Uint8Array[] {
  const path = `${vectors}session-recorded.json`;
  if (!existsSync(path)) return [];
  const texts = readFileSync(path, 'utf8').match(/"(?:[0-9A-Fa-f]{2}){4,}"/g) ?? [];
  return texts.map((text) => Buffer.from(text.slice(1, -1), 'hex'));
}

/** A picture in each form that is taken, with all that a camera writes beside it. */
const drawn = sharp({ create: { width: 24, height: 16, channels: 3, background: '#567' } })
  .withExif({ IFD0: { Make: 'Camera' } })
  .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
const pictures = await Promise.all(
  (['jpeg', 'png', 'webp'] as const).map((form) => drawn.clone().toFormat(form).toBuffer()),
);

const at = new Date('2026-11-29T00:00:00Z');

/** Good files of a chip, and of a public key of a person, with keys that are new each time. */
const evidence: Readonly<Record<string, () => Uint8Array[]>> = {
  'chip-security-object': () => [
    issueChip(testCountry()).sod,
    issueChip(testCountry({ signer: testSigner('rsa-pss') })).sod,
  ],
  'chip-dg1': () => [issueChip(testCountry()).dg1],
  'chip-dg2': () => [issueChip(testCountry()).dg2],
  'chip-dg15': () =>
    (['rsa', 'ecdsa'] as const).flatMap((kind) => issueChip(testCountry(), { key: testChipKey(kind) }).dg15 ?? []),
  // the worked example of ICAO 9303-11 appendix G.1
  'chip-card-access': () => [Buffer.from('31143012060a04007f0007020204020202010202010d', 'hex')],
  'document-signer-list': () => [[], [1, 2, 5]].map((revoked) => testIdentityCa().revocationList(revoked, at)),
  'machine-readable-zone': () => [Buffer.from(testPassportMrz(testHolder))],
  'person-certificate': () => {
    const person = { name: 'Aoki Hana', birthDate: '1990-04-01', sex: 'F', address: '1-2-3 Minato' } as const;
    return [testIdentityCa().issue(person, 5, at, { signer: testSigner() }).certificate];
  },
  'ocsp-response': () => {
    const ca = testIdentityCa();
    const issuer = readDocumentCertificate('CA', ca.parts.certificate);
    const request = encodeOcspRequest({ serialNumber: Uint8Array.of(2, 1, 5), issuer, nonce: new Uint8Array(32) });
    return (['good', 'revoked', 'unknown'] as const).map((status) => answerOcsp(ca, request, at, () => ({ status })));
  },
  picture: () => pictures,
  'jpeg2000-header': () => {
    const size = `ff4fff51002f0000${'00000010'.repeat(2)}${'00'.repeat(8)}${'00000010'.repeat(2)}${'00'.repeat(8)}0003${'070101'.repeat(3)}`;
    return [size, '0000000c6a5020200d0a870a000000146674797000000000'].map((hex) => Buffer.from(hex, 'hex'));
  },
};
const testIdentityCa = () => TestIdentityCa.create(at, testSigner());

/** Inputs that fuzzing starts from: a good one is worth a thousand random ones. Whatever is there of the conformance data, too. */
export function seedsOf(parser: string): Uint8Array[] {
  const certificates = files('certs', '.der');
  switch (parser) {
    case 'activation-code':
      return ['1$smdp.example$A-1', 'LPA:1$smdp.example$$2.999.1$1'].map((text) => Buffer.from(text));
    case 'profile-package':
      return [buildProfilePackage(sampleSubscription), ...files('upp', 'NoBERTLV.der').slice(0, 3)];
    case 'certificate-pem':
      return certificates.map((der) => Buffer.from(pem(der)));
    case 'json-binding':
      return [
        '{"euiccChallenge":"AAECAwQFBgcICQoLDA0ODw==","euiccInfo1":"vyAA","smdpAddress":"smdp.example"}',
        '{"transactionId":"00AA","pendingNotification":"vzcA","cancelSessionResponse":"v0EA"}',
        '{"header":{"functionRequesterIdentifier":"2.999","functionCallIdentifier":"1"},"iccid":"8981001000000000017","releaseFlag":true}',
      ].map((text) => Buffer.from(text));
    case 'store-data':
      return [Buffer.from('110003BF2E00910103BF2E00', 'hex'), Buffer.from('910003BF2E00', 'hex')];
    case 'tag-list':
      return [Buffer.from('5A4F9F70', 'hex')];
    case 'bound-profile-package':
      return [encodeTlv(0xbf36, encodeTlv(0xbf23), encodeTlv(0xa0, encodeTlv(0x87)), encodeTlv(0xa1), encodeTlv(0xa3))];
    default:
      return evidence[parser]?.() ?? [...certificates, ...recordedObjects()];
  }
}

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
