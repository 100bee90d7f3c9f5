import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementOctets } from '@tegata/public-key-identity';
import { TestIdentityCa } from '@tegata/public-key-identity/testing';
import { checkPublicKeyCard, signWithCard } from './public-key-card.ts';

const at = new Date('2026-11-28T10:00:00Z');
const person = { name: 'Hana Aoki', birthDate: '1990-04-01', sex: 'F', address: '' } as const;
const { certificate, signer } = TestIdentityCa.create(at).issue(person, 7, at);
const statement = { contractId: 'a contract', nonce: Buffer.alloc(32, 1), eid: '89'.padEnd(32, '0') };

describe('a card that signs, in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-card-'));
    const key = signer.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'ABC123' });
    writeFileSync(join(folder, 'signature-key.pem'), key);
    writeFileSync(join(folder, 'signature-certificate.cer'), certificate);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('signs the statement of a contract with its PIN', () => {
    const signed = signWithCard(folder, 'ABC123', statement);
    const key = createPublicKey(signer.privateKey);
    expect(verify('sha256', statementOctets(statement), key, signed.signature)).toBe(true);
    expect(Buffer.from(signed.certificate)).toEqual(Buffer.from(certificate));
    expect(signed.nonce).toEqual(statement.nonce);
  });

  it.each([
    [undefined, 'PUBLIC_KEY_PIN_NEEDED'],
    ['', 'PUBLIC_KEY_PIN_NEEDED'],
    ['ABC124', 'PUBLIC_KEY_PIN_WRONG'],
  ])('does not sign with the PIN %s', (pin, code) => {
    expect(() => signWithCard(folder, pin, statement)).toThrow(expect.objectContaining({ code }));
    expect(() => checkPublicKeyCard(folder, pin)).toThrow(expect.objectContaining({ code }));
  });

  it('is missed by name', () => {
    rmSync(join(folder, 'signature-certificate.cer'));
    expect(() => checkPublicKeyCard(folder, 'ABC123')).toThrow('signature-certificate.cer');
  });
});
