import { randomBytes } from 'node:crypto';
import { credentialOf, type Issued, issueCi, issueServer } from '../testing/issued-parties.ts';
import { BegunSessions } from './begun-sessions.ts';
import type { AuthenticatingServer } from './initiate-authentication.ts';

describe('sessions that are begun', () => {
  const now = new Date('2026-11-29T12:00:00.123Z');
  const key = randomBytes(32);
  const sessions = new BegunSessions(key, randomBytes, () => now);
  let [one, other]: Issued[] = [];
  let server: Pick<AuthenticatingServer, 'cis' | 'credentials'>;

  beforeAll(async () => {
    [one, other] = await Promise.all([issueCi(), issueCi()]);
    const certificates = await Promise.all([one!, other!].map((ci) => issueServer(ci, 'DPauth')));
    server = { cis: [one!.certificate, other!.certificate], credentials: certificates.map(credentialOf) };
  });

  it('are read from their transactionId by any replica with the key, with the CIs they were begun under', () => {
    const replica = new BegunSessions(key, randomBytes, () => new Date());
    for (const ci of server.cis) {
      for (const credential of server.credentials) {
        const begun = sessions.begin(ci, credential);
        expect(begun.transactionId).toHaveLength(16);
        expect(begun.serverChallenge).toHaveLength(16);
        expect(replica.read(begun.transactionId, server)).toEqual({
          ...begun,
          ci,
          serverCiKeyId: credential.certificate.authorityKeyIdentifier,
          begunAt: now,
        });
      }
    }
  });

  it('have each a transactionId and a challenge of its own', () => {
    const { cis, credentials } = server;
    const begun = Array.from({ length: 100 }, () => sessions.begin(cis[0]!, credentials[0]!));
    expect(new Set(begun.map(({ transactionId }) => Buffer.from(transactionId).toString('hex'))).size).toBe(100);
    expect(new Set(begun.map(({ serverChallenge }) => Buffer.from(serverChallenge).toString('hex'))).size).toBe(100);
  });

  it('are none where any octet is another, where one is missing, or under another key', () => {
    const { cis, credentials } = server;
    const { transactionId } = sessions.begin(cis[0]!, credentials[0]!);
    for (let at = 0; at < transactionId.length; at++) {
      const changed = Buffer.from(transactionId);
      changed[at] = changed[at]! ^ 1;
      expect(sessions.read(changed, server)).toBeUndefined();
    }
    expect(sessions.read(transactionId.subarray(1), server)).toBeUndefined();
    expect(sessions.read(Buffer.alloc(0), server)).toBeUndefined();
    expect(new BegunSessions(randomBytes(32), randomBytes, () => now).read(transactionId, server)).toBeUndefined();
  });

  it('are none of a listener with another CI or other certificates', () => {
    const { cis, credentials } = server;
    const { transactionId } = sessions.begin(cis[0]!, credentials[0]!);
    expect(sessions.read(transactionId, { ...server, cis: [other!.certificate] })).toBeUndefined();
    expect(sessions.read(transactionId, { ...server, credentials: credentials.slice(1) })).toBeUndefined();
  });
});
