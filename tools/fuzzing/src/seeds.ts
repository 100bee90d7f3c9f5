import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeTlv } from '@tegata/der';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';

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
      return [...certificates, ...recordedObjects()];
  }
}

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
