import { randomBytes } from 'node:crypto';
import { signerWith } from '@tegata/rsp';
import { issueServer, newTestCi, type TestCi, testKey } from '@tegata/x509/testing';
import { BegunSessions } from './begun-sessions.ts';
import type { DpCredentials, SmDpPlus } from './sm-dp-plus.ts';

describe('sessions that are begun', () => {
  const now = new Date('2026-11-29T12:00:00.123Z');
  const key = randomBytes(32);
  const sessions = new BegunSessions(key, randomBytes, () => now);
  let [one, other]: TestCi[] = [];
  let smDpPlus: SmDpPlus;

  async function credentialsUnder(ci: TestCi): Promise<DpCredentials> {
    const key = testKey(ci.certificate.curve);
    const dpAuth = { certificate: await issueServer('DPauth', key, ci), signer: signerWith(key) };
    return { oid: '2.999.21', dpAuth, dpPb: dpAuth };
  }
  const showing = (cis: readonly TestCi[], credentials: readonly DpCredentials[]): SmDpPlus => ({
    server: {
      kind: 'SM-DP+',
      address: 'rsp.aozora.example',
      supportsSvn: () => true,
      cis: cis.map(({ certificate }) => certificate),
      credentials: credentials.map(({ dpAuth }) => dpAuth),
    },
    credentials,
    notifyingCis: [],
    hostId: Buffer.of(1),
  });

  beforeAll(async () => {
    [one, other] = await Promise.all([newTestCi(), newTestCi()]);
    smDpPlus = showing([one!, other!], await Promise.all([one!, other!].map(credentialsUnder)));
  });

  it('are read from their transactionId by any replica with the key, with the CIs they were begun under', () => {
    const replica = new BegunSessions(key, randomBytes, () => new Date());
    for (const ci of smDpPlus.server.cis) {
      for (const credential of smDpPlus.server.credentials) {
        const begun = sessions.begin(ci, credential);
        expect(begun.transactionId).toHaveLength(16);
        expect(begun.serverChallenge).toHaveLength(16);
        expect(replica.read(begun.transactionId, smDpPlus)).toEqual({
          ...begun,
          ciKeyId: ci.subjectKeyIdentifier,
          serverCiKeyId: credential.certificate.authorityKeyIdentifier,
          begunAt: now,
        });
      }
    }
  });

  it('have each a transactionId and a challenge of its own', () => {
    const { cis, credentials } = smDpPlus.server;
    const begun = Array.from({ length: 100 }, () => sessions.begin(cis[0]!, credentials[0]!));
    expect(new Set(begun.map(({ transactionId }) => Buffer.from(transactionId).toString('hex'))).size).toBe(100);
    expect(new Set(begun.map(({ serverChallenge }) => Buffer.from(serverChallenge).toString('hex'))).size).toBe(100);
  });

  it('are none where any octet is another, where one is missing, or under another key', () => {
    const { cis, credentials } = smDpPlus.server;
    const { transactionId } = sessions.begin(cis[0]!, credentials[0]!);
    for (let at = 0; at < transactionId.length; at++) {
      const changed = Buffer.from(transactionId);
      changed[at] = changed[at]! ^ 1;
      expect(sessions.read(changed, smDpPlus)).toBeUndefined();
    }
    expect(sessions.read(transactionId.subarray(1), smDpPlus)).toBeUndefined();
    expect(sessions.read(Buffer.alloc(0), smDpPlus)).toBeUndefined();
    expect(new BegunSessions(randomBytes(32), randomBytes, () => now).read(transactionId, smDpPlus)).toBeUndefined();
  });

  it('are none of a listener with another CI or other certificates', () => {
    const { cis, credentials } = smDpPlus.server;
    const { transactionId } = sessions.begin(cis[0]!, credentials[0]!);
    expect(sessions.read(transactionId, showing([other!], smDpPlus.credentials))).toBeUndefined();
    expect(sessions.read(transactionId, showing([one!, other!], smDpPlus.credentials.slice(1)))).toBeUndefined();
  });
});
