import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer, type PeerCertificate, type TlsOptions } from 'node:tls';
import { verifyRspServerCertificate } from '@tegata/x509';
import { ensurePki } from './ensure-pki.ts';
import type { PkiError } from './pki-error.ts';
import {
  loadAuthenticationKeys,
  loadManagementKeys,
  loadOperatorKeys,
  loadRelayKeys,
  loadTerminalTrust,
} from './role-keys.ts';
import { plan } from './testing/plan.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import type { MutualTls, TlsIdentity } from './tls-material.ts';

const at = new Date();
const directory = temporaryFolder();
const elsewhere = temporaryFolder();

beforeAll(async () => {
  for (const folder of [directory, elsewhere]) await ensurePki(folder, plan, { at, random: randomBytes });
});

/** A TLS handshake on loopback: what each end knows of the other, or why it failed. */
async function handshake(
  server: TlsOptions,
  client: ConnectionOptions,
): Promise<{ server: PeerCertificate; client: PeerCertificate }> {
  const listener = createServer({ ...server, minVersion: 'TLSv1.3' });
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  try {
    const accepted = once(listener, 'secureConnection');
    const { port } = listener.address() as AddressInfo;
    const socket = connect({ ...client, host: '127.0.0.1', port });
    socket.resume();
    // With TLS 1.3 a client whose certificate is refused learns of it after its own handshake.
    const closed = once(socket, 'close').then(() => Promise.reject(new Error('closed')));
    try {
      await Promise.race([once(socket, 'secureConnect'), closed]);
      const peer = await Promise.race([accepted, closed]);
      return { server: socket.getPeerCertificate(), client: peer[0].getPeerCertificate() };
    } finally {
      socket.destroy();
      await closed.catch(() => undefined);
    }
  } finally {
    listener.close();
  }
}

const shown = ({ certificateChain: cert, privateKey: key }: TlsIdentity) => ({ cert, key });
const mutual = (tls: MutualTls) => ({ ...shown(tls), ca: tls.roots, requestCert: true, rejectUnauthorized: true });
const calling = (tls: MutualTls, servername: string) => ({ ...shown(tls), ca: tls.roots, servername });

describe('TLS towards terminals', () => {
  test('an SM-DP+ and the SM-DS are believed under their own names', async () => {
    const { tlsRoots: ca } = await loadTerminalTrust(directory, { at });
    const aozora = await loadManagementKeys(directory, 'aozora', { at });
    const relay = await loadRelayKeys(directory, { at });
    const seen = await handshake(shown(aozora.dpTls), { ca, servername: 'rsp.aozora.example' });
    expect(seen.server.subjectaltname).toBe('DNS:rsp.aozora.example, Registered ID:2.999.21');
    await expect(handshake(shown(relay.dsTls), { ca, servername: 'relay.tegata.example' })).resolves.toBeDefined();
    await expect(handshake(shown(aozora.dpTls), { ca, servername: 'rsp.minato.example' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  test('authentication has a public name when the plan gives it one', async () => {
    const { tlsRoots: ca } = await loadTerminalTrust(directory, { at });
    const { tls } = await loadAuthenticationKeys(directory, { at });
    if (tls === undefined) throw new Error('no TLS certificate');
    await expect(handshake(shown(tls), { ca, servername: 'authentication.tegata.example' })).resolves.toBeDefined();
  });

  test('a server of another CI is refused', async () => {
    const { tlsRoots: ca } = await loadTerminalTrust(directory, { at });
    const { dpTls } = await loadManagementKeys(elsewhere, 'aozora', { at });
    await expect(handshake(shown(dpTls), { ca, servername: 'rsp.aozora.example' })).rejects.toMatchObject({
      code: expect.stringMatching(/SIGNATURE|UNABLE|SELF_SIGNED/),
    });
  });
});

describe('mutual TLS between services', () => {
  test('each end knows who the other is', async () => {
    const { service: relay } = await loadRelayKeys(directory, { at });
    const { service: management } = await loadManagementKeys(directory, 'minato', { at });
    for (const name of ['localhost', 'relay.service.tegata.example']) {
      const seen = await handshake(mutual(relay), calling(management, name));
      expect(seen.client.subjectaltname).toContain('URI:spiffe://tegata.example/management/minato');
      expect(seen.server.subjectaltname).toContain('URI:spiffe://tegata.example/relay');
    }
    const { service: operator } = await loadOperatorKeys(directory, 'aozora', { at });
    const seen = await handshake(mutual(management), calling(operator, 'localhost'));
    expect(seen.client.subjectaltname).toBe('URI:spiffe://tegata.example/operator/aozora');
  });

  test('nobody comes in without a certificate, or with one of another CA', async () => {
    const { service: relay } = await loadRelayKeys(directory, { at });
    const stranger = await loadManagementKeys(elsewhere, 'aozora', { at });
    const { dpTls } = await loadManagementKeys(directory, 'aozora', { at });
    const believing = { ca: relay.roots, servername: 'localhost' };
    await expect(handshake(mutual(relay), believing)).rejects.toThrow();
    await expect(handshake(mutual(relay), { ...believing, ...shown(stranger.service) })).rejects.toThrow();
    await expect(handshake(mutual(relay), { ...believing, ...shown(dpTls) })).rejects.toThrow();
  });

  test('an operator can not pass for a server', async () => {
    const { service: operator } = await loadOperatorKeys(directory, 'aozora', { at });
    const { service: relay } = await loadRelayKeys(directory, { at });
    await expect(handshake(mutual(operator), calling(relay, 'localhost'))).rejects.toThrow();
  });
});

describe('key material by role', () => {
  test('a carrier signs as DPauth and DPpb of one OID', async () => {
    const keys = await loadManagementKeys(directory, 'aozora', { at });
    const [ci] = keys.cis;
    if (ci === undefined) throw new Error('no CI');
    expect(keys.oid).toBe('2.999.21');
    expect(verifyRspServerCertificate(keys.dpAuth.certificate.raw, 'DPauth', ci, at).oid).toBe('2.999.21');
    expect(verifyRspServerCertificate(keys.dpPb.certificate.raw, 'DPpb', ci, at).oid).toBe('2.999.21');
    const signature = await keys.dpAuth.key.sign(Buffer.from('x'), 'ieee-p1363');
    expect(signature).toHaveLength(64);
  });

  test('what is sealed to authentication and to the relay, they can agree on', async () => {
    const { encryption, relayEncryption } = await loadAuthenticationKeys(directory, { at });
    const { authenticationEncryption } = await loadTerminalTrust(directory, { at });
    const relay = await loadRelayKeys(directory, { at });
    expect(authenticationEncryption.publicKey.equals(encryption.key.publicKey)).toBe(true);
    expect(relayEncryption.publicKey.equals(relay.encryption.key.publicKey)).toBe(true);
    const one = await encryption.key.deriveSharedSecret(relay.encryption.key.publicKey);
    expect(await relay.encryption.key.deriveSharedSecret(encryption.key.publicKey)).toEqual(one);
  });

  test('what is missing, expired or somebody else’s is named', async () => {
    const copy = temporaryFolder();
    cpSync(directory, copy, { recursive: true });
    const load = () => loadManagementKeys(copy, 'aozora', { at });
    const refused = async () => load().catch((error: PkiError) => `${error.code} ${error.entry}`);
    await expect(loadManagementKeys(copy, 'nobody')).rejects.toMatchObject({ code: 'MISSING' });
    await expect(
      loadOperatorKeys(copy, 'aozora', { at: new Date(at.getTime() + 400 * 86_400_000) }),
    ).rejects.toMatchObject({
      code: 'CERTIFICATE_REFUSED',
      entry: 'service/operator-aozora',
    });
    const replace = (entry: string, source: string) => {
      rmSync(join(copy, entry), { recursive: true });
      cpSync(source, join(copy, entry), { recursive: true });
    };
    replace('rsp/aozora/dp-pb', join(directory, 'rsp/minato/dp-pb'));
    expect(await refused()).toBe('CERTIFICATE_REFUSED rsp/aozora');
    replace('rsp/aozora/dp-pb', join(directory, 'rsp/aozora/dp-auth'));
    expect(await refused()).toBe('CERTIFICATE_REFUSED rsp/aozora/dp-pb');
    replace('rsp/aozora/dp-pb', join(elsewhere, 'rsp/aozora/dp-pb'));
    expect(await refused()).toBe('CERTIFICATE_REFUSED rsp/aozora/dp-pb');
    replace('rsp/aozora/dp-pb', join(directory, 'rsp/aozora/dp-pb'));
    replace('service/management-aozora', join(directory, 'service/management-minato'));
    expect(await refused()).toBe('CERTIFICATE_REFUSED service/management-aozora');
    replace('service/management-aozora', join(directory, 'service/management-aozora'));
    replace('identity/authentication-encryption', join(directory, 'identity/relay-encryption'));
    expect(await refused()).toBe('CERTIFICATE_REFUSED identity/authentication-encryption');
    cpSync(join(directory, 'rsp/minato/dp-auth/key.pem'), join(copy, 'rsp/aozora/dp-auth/key.pem'));
    expect(await refused()).toBe('KEY_MISMATCH rsp/aozora/dp-auth');
  });

  test('a role needs none of the CAs’ private keys', async () => {
    const copy = temporaryFolder();
    cpSync(directory, copy, { recursive: true });
    for (const ca of ['rsp/ci', 'rsp/eum', 'identity/root', 'service/ca']) rmSync(join(copy, ca, 'key.pem'));
    await expect(
      Promise.all([
        loadManagementKeys(copy, 'aozora', { at }),
        loadAuthenticationKeys(copy, { at }),
        loadRelayKeys(copy, { at }),
        loadTerminalTrust(copy, { at }),
        loadOperatorKeys(copy, 'relay', { at }),
      ]),
    ).resolves.toHaveLength(5);
  });
});
