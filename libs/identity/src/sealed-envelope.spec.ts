import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { generatePrivateKey, InProcessKey } from '@tegata/pki';
import fc from 'fast-check';
import { openEnvelope, SealedEnvelopeError, sealEnvelope, sealPurposes } from './sealed-envelope.ts';
import { makeWorld, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const { identityDocuments: purpose } = sealPurposes;

// HPKE once more, written from RFC 9180 sections 4 and 5 with node:crypto alone.
const ids = { kem: Buffer.from('0010', 'hex'), kdf: Buffer.from('0001', 'hex'), aead: Buffer.from('0002', 'hex') };
const kemSuite = Buffer.concat([Buffer.from('KEM'), ids.kem]);
const hpkeSuite = Buffer.concat([Buffer.from('HPKE'), ids.kem, ids.kdf, ids.aead]);
const hmac = (key: Uint8Array, ...data: Uint8Array[]) => createHmac('sha256', key).update(Buffer.concat(data)).digest();
const extract = (suite: Uint8Array, salt: string | Uint8Array, label: string, ikm: Uint8Array) =>
  hmac(Buffer.from(salt), Buffer.from('HPKE-v1'), suite, Buffer.from(label), ikm);
const expand = (suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number) =>
  hmac(
    prk,
    Uint8Array.of(0, length),
    Buffer.from('HPKE-v1'),
    suite,
    Buffer.from(label),
    info,
    Uint8Array.of(1),
  ).subarray(0, length);
const pointOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).subarray(-65);

function contextOf(
  shared: Uint8Array,
  enc: Uint8Array,
  recipient: Uint8Array,
  info: string,
): { key: Buffer; nonce: Buffer } {
  const eaePrk = extract(kemSuite, '', 'eae_prk', shared);
  const secret = expand(kemSuite, eaePrk, 'shared_secret', Buffer.concat([enc, recipient]), 32);
  const pskIdHash = extract(hpkeSuite, '', 'psk_id_hash', Buffer.alloc(0));
  const infoHash = extract(hpkeSuite, '', 'info_hash', Buffer.from(info));
  const schedule = Buffer.concat([Uint8Array.of(0), pskIdHash, infoHash]);
  const prk = extract(hpkeSuite, secret, 'secret', Buffer.alloc(0));
  return {
    key: expand(hpkeSuite, prk, 'key', schedule, 32),
    nonce: expand(hpkeSuite, prk, 'base_nonce', schedule, 12),
  };
}

function sealByHand(recipient: KeyObject, info: string, aad: string, plaintext: Uint8Array) {
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const enc = pointOf(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const { key, nonce } = contextOf(shared, enc, pointOf(recipient), info);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { encapsulatedKey: enc, ciphertext };
}

function openByHand(
  privateKey: KeyObject,
  info: string,
  aad: string,
  encapsulatedKey: Buffer,
  ciphertext: Buffer,
): Buffer {
  const publicKey = createPublicKey(privateKey);
  const prefix = pointOf(publicKey).length;
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const peer = createPublicKey({
    key: Buffer.concat([spki.subarray(0, -prefix), encapsulatedKey]),
    format: 'der',
    type: 'spki',
  });
  const { key, nonce } = contextOf(
    diffieHellman({ privateKey, publicKey: peer }),
    encapsulatedKey,
    pointOf(publicKey),
    info,
  );
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(aad))
    .setAuthTag(ciphertext.subarray(-16));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, -16)), decipher.final()]);
}

async function refusal(opening: Promise<unknown>): Promise<string | undefined> {
  try {
    await opening;
  } catch (error) {
    if (error instanceof SealedEnvelopeError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a sealed envelope', () => {
  test('goes from terminal to authentication and from authentication to the relay, with the keys of the key store', async () => {
    const contractId = randomUUID();
    const documents = randomBytes(1_500_000);
    const toAuthentication = { purpose, binding: contractId };
    const recipient = world.terminal.authenticationEncryption;
    const envelope = await sealEnvelope({ ...toAuthentication, recipient, plaintext: documents });
    expect(envelope.encapsulatedKey).toHaveLength(65);
    expect(envelope.ciphertext).toHaveLength(documents.length + 16);
    const opened = await openEnvelope({ ...toAuthentication, key: world.authentication.encryption.key, envelope });
    expect(Buffer.compare(opened, documents)).toBe(0);

    const toRelay = { purpose: sealPurposes.identityCertificate, binding: 'ab'.repeat(32) };
    const { relayEncryption } = world.authentication;
    const sealed = await sealEnvelope({
      ...toRelay,
      recipient: relayEncryption,
      plaintext: Buffer.from('certificate'),
    });
    const read = await openEnvelope({ ...toRelay, key: world.relay.encryption.key, envelope: sealed });
    expect(Buffer.from(read).toString()).toBe('certificate');
  });

  test('is HPKE: RFC 9180 written out with node:crypto opens it, and seals what it opens', async () => {
    const { privateKey, publicKey } = world.authentication.encryption.key;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uuid(), async (plaintext, binding) => {
        const { encapsulatedKey, ciphertext } = await sealEnvelope({
          recipient: publicKey,
          purpose,
          binding,
          plaintext,
        });
        expect(new Uint8Array(openByHand(privateKey, purpose, binding, encapsulatedKey, ciphertext))).toEqual(
          plaintext,
        );
        const envelope = sealByHand(publicKey, purpose, binding, plaintext);
        expect(await openEnvelope({ key: { privateKey }, purpose, binding, envelope })).toEqual(plaintext);
      }),
      { numRuns: 20 },
    );
  });

  test('is another one every time', async () => {
    const sealing = {
      recipient: world.terminal.authenticationEncryption,
      purpose,
      binding: 'x',
      plaintext: Buffer.from('same'),
    };
    const [one, other] = [await sealEnvelope(sealing), await sealEnvelope(sealing)];
    expect(one.encapsulatedKey).not.toEqual(other.encapsulatedKey);
    expect(one.ciphertext).not.toEqual(other.ciphertext);
  });

  test('does not open for another key, purpose or contract, nor when anything is changed', async () => {
    const binding = randomUUID();
    const { key } = world.authentication.encryption;
    const plaintext = Buffer.from('89049032123451234512345678901235');
    const envelope = await sealEnvelope({ recipient: key.publicKey, purpose, binding, plaintext });
    const right = { key, purpose, binding, envelope };
    expect(await refusal(openEnvelope(right))).toBeUndefined();
    expect(await refusal(openEnvelope({ ...right, key: world.relay.encryption.key }))).toBe('ENVELOPE_UNREADABLE');
    expect(await refusal(openEnvelope({ ...right, purpose: sealPurposes.eid }))).toBe('ENVELOPE_UNREADABLE');
    expect(await refusal(openEnvelope({ ...right, binding: randomUUID() }))).toBe('ENVELOPE_UNREADABLE');
    for (const part of ['encapsulatedKey', 'ciphertext'] as const)
      for (let at = 0; at < envelope[part].length; at++) {
        const changed = Buffer.from(envelope[part]);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        expect(await refusal(openEnvelope({ ...right, envelope: { ...envelope, [part]: changed } }))).toBe(
          'ENVELOPE_UNREADABLE',
        );
      }
  });

  test('refuses points off the curve, wrong sizes and emptiness alike', async () => {
    const { key } = world.authentication.encryption;
    const right = { key, purpose, binding: 'x' };
    const ciphertext = randomBytes(40);
    const offCurve = Buffer.concat([Uint8Array.of(4), Buffer.alloc(64, 1)]);
    for (const encapsulatedKey of [offCurve, Buffer.alloc(0), randomBytes(64), Buffer.alloc(65)])
      expect(await refusal(openEnvelope({ ...right, envelope: { encapsulatedKey, ciphertext } }))).toBe(
        'ENVELOPE_UNREADABLE',
      );
    const { encapsulatedKey } = await sealEnvelope({ ...right, recipient: key.publicKey, plaintext: ciphertext });
    for (const short of [Buffer.alloc(0), Buffer.alloc(15), Buffer.alloc(16)])
      expect(await refusal(openEnvelope({ ...right, envelope: { encapsulatedKey, ciphertext: short } }))).toBe(
        'ENVELOPE_UNREADABLE',
      );
  });

  test('is sealed to keys for agreement on P-256 only', async () => {
    const sealing = { purpose, binding: 'x', plaintext: Buffer.from('y') };
    const { dpAuth } = world.management;
    const brainpool = new InProcessKey(generatePrivateKey('brainpoolP256r1', randomBytes));
    expect(await refusal(sealEnvelope({ ...sealing, recipient: dpAuth.certificate }))).toBe('RECIPIENT_UNSUITABLE');
    expect(await refusal(sealEnvelope({ ...sealing, recipient: brainpool.publicKey }))).toBe('RECIPIENT_UNSUITABLE');
    expect(await refusal(sealEnvelope({ ...sealing, recipient: generateKeyPairSync('x25519').publicKey }))).toBe(
      'RECIPIENT_UNSUITABLE',
    );
    const envelope = { encapsulatedKey: randomBytes(65), ciphertext: randomBytes(32) };
    expect(await refusal(openEnvelope({ ...sealing, key: {}, envelope }))).toBe('RECIPIENT_UNSUITABLE');
    expect(await refusal(openEnvelope({ ...sealing, key: brainpool, envelope }))).toBe('RECIPIENT_UNSUITABLE');
  });
});
