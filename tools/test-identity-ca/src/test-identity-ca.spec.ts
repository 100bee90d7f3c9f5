import { createPrivateKey, randomBytes, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ocspResponder,
  PersonCaTrust,
  PublicKeyRefusal,
  statementOctets,
  verifyPublicKeyIdentity,
} from '@tegata/public-key-identity';
import { CaFolder, CaFolderError, cardFiles, issueCard, serveOcsp } from './index.ts';

const person = { name: '手形 花子', birthDate: '1990-04-01', sex: 'F', address: '東京都港区' } as const;
const statement = { contractId: 'a contract', nonce: Buffer.alloc(32, 1), eid: '89'.padEnd(32, '0') };
const now = () => new Date();

describe('a test CA in a folder', () => {
  let folder: string;
  let server: Server;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-identity-ca-'));
    server = await serveOcsp(CaFolder.create(join(folder, 'ca'), now()), 0, now);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const ca = () => CaFolder.open(join(folder, 'ca'));
  const card = (pin = 'ABC123') => issueCard(ca(), person, pin, join(folder, 'card'), now());
  const cardFile = (name: string) => readFileSync(join(folder, 'card', name));

  /** Signs as the holder would, and verifies by OCSP or by a list that is made now. */
  async function outcome(by: 'ocsp' | 'crl', passphrase = 'ABC123'): Promise<string> {
    const certificate = new Uint8Array(cardFile(cardFiles.certificate));
    const key = createPrivateKey({ key: cardFile(cardFiles.key), passphrase });
    const signature = sign('sha256', statementOctets(statement), key);
    const open = ca();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const trust = new PersonCaTrust({
      certificates: [open.ca.parts.certificate],
      random: randomBytes,
      ...(by === 'ocsp'
        ? { responder: ocspResponder(url, 10_000) }
        : { revocationLists: [open.ca.revocationList(open.revoked, now())] }),
    });
    try {
      const { attributes } = await verifyPublicKeyIdentity({ certificate, signature }, statement, trust, now());
      return attributes.name;
    } catch (error) {
      if (error instanceof PublicKeyRefusal) return error.code;
      throw error;
    }
  }

  it('issues cards whose signatures verify, until they are revoked', async () => {
    const serialNumber = card();
    expect(await Promise.all([outcome('ocsp'), outcome('crl')])).toEqual([person.name, person.name]);
    ca().revoke(serialNumber, now());
    const revoked = 'PERSON_CERTIFICATE_REVOKED';
    expect(await Promise.all([outcome('ocsp'), outcome('crl')])).toEqual([revoked, revoked]);
    expect(ca().issued).toEqual([{ serialNumber, name: person.name, revokedAt: expect.any(String) }]);
  });

  it('keeps the key of a card under its PIN', async () => {
    card();
    await expect(outcome('crl', 'ABC124')).rejects.toThrow();
    expect(() => card('abc')).toThrow(CaFolderError);
  });

  it('makes certificates that others can read, each with a number of its own', () => {
    expect(card()).toBeLessThan(card());
    const certificate = new X509Certificate(cardFile(cardFiles.certificate));
    expect(certificate.verify(ca().ca.parts.signer.publicKey)).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(ca().ca.parts.certificate))).toBe(true);
  });

  it('is made once, and knows what it has issued', () => {
    expect(() => CaFolder.create(join(folder, 'ca'), now())).toThrow(CaFolderError);
    expect(() => CaFolder.open(join(folder, 'nowhere'))).toThrow('holds no CA');
    expect(() => ca().revoke(5, now())).toThrow('no certificate 5');
  });

  it('answers what is no request with an error of HTTP, and goes on', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(url, { method: 'POST', body: 'no request' })).status).toBe(400);
    await fetch(url, { method: 'POST', body: Buffer.alloc(100_000) }).catch(() => undefined);
    card();
    expect(await outcome('ocsp')).toBe(person.name);
  });
});
