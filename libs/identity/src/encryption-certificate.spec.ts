import { randomBytes } from 'node:crypto';
import { serviceIdentity } from '@tegata/pki';
import { CertificateError, issueCertificate, randomSerialNumber } from '@tegata/x509';
import { verifyEncryptionCertificate } from './encryption-certificate.ts';
import { days, makeWorld, now, type World } from './testing/world.ts';

let world: World;
let foreign: World;
beforeAll(async () => {
  [world, foreign] = await Promise.all([makeWorld(), makeWorld()]);
});

function refusal(chain: readonly Uint8Array[], change: { identity?: string; at?: Date } = {}): string | undefined {
  const { root } = world.terminal.identity;
  try {
    verifyEncryptionCertificate(chain, { root, identity: serviceIdentity('authentication'), at: now, ...change });
  } catch (error) {
    if (error instanceof CertificateError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the key that documents are sealed to', () => {
  test('is believed when the identity root vouches for it, alone or with the CA between', () => {
    const { authenticationEncryption, identity } = world.management;
    expect(refusal([authenticationEncryption.raw])).toBeUndefined();
    expect(refusal([authenticationEncryption.raw, identity.issuingCa.raw])).toBeUndefined();
  });

  test('is not believed when a carrier puts a key of its own in its place', () => {
    const { authenticationEncryption, identity } = foreign.management;
    expect(refusal([authenticationEncryption.raw])).toBe('UNKNOWN_ISSUER');
    expect(refusal([authenticationEncryption.raw, identity.root.raw])).toBe('UNKNOWN_ISSUER');
    const { dpAuth } = world.management;
    expect(refusal([dpAuth.certificate.raw])).toBe('UNKNOWN_ISSUER');
    expect(refusal([])).toBe('MALFORMED');
  });

  test('is not believed for another server, after its end, or when it is for another use', () => {
    const { relayEncryption, issuingCa } = world.authentication;
    expect(refusal([relayEncryption.raw])).toBe('MISSING_NAME');
    expect(refusal([relayEncryption.raw], { identity: serviceIdentity('relay') })).toBeUndefined();
    expect(refusal([world.management.authenticationEncryption.raw], { at: days(3 * 365) })).toBe('EXPIRED');
    expect(refusal([issuingCa.certificate.raw])).toBe('WRONG_CA_FLAG');
  });

  test('is not believed with a critical extension nobody knows', async () => {
    const { certificate: issuer, key } = world.authentication.issuingCa;
    const { raw } = await issueCertificate({
      issuer,
      key,
      serialNumber: randomSerialNumber(randomBytes),
      notBefore: now,
      notAfter: days(1),
      subject: [{ type: 'CN', value: 'authentication encryption' }],
      subjectPublicKey: key.publicKey,
      keyUsage: ['keyAgreement'],
      subjectAltName: { uris: [serviceIdentity('authentication')] },
      furtherExtensions: [{ id: '2.999.1', critical: true, value: Uint8Array.of(0x05, 0x00) }],
    });
    expect(refusal([raw, issuer.raw])).toBe('UNKNOWN_CRITICAL_EXTENSION');
  });
});
