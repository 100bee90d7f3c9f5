import type { ConnectionOptions } from 'node:tls';
import { type Curve, certificatePem, roleOids } from '@tegata/x509';
import { issueTlsClient, negativeTlsClients } from '@tegata/x509/testing';
import { admission, handshake, shownBy } from '../simulated/tls-client.ts';
import { TeSmDpPlus } from './te-sm-dp-plus.ts';

/** The suite that SGP.22 section 2.6.6 wants of every end. */
const suite = { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', openssl: 'ECDHE-ECDSA-AES128-GCM-SHA256' };
const tlsOf = (te: TeSmDpPlus): ConnectionOptions => ({
  ca: certificatePem(te.ci.certificate),
  servername: te.address,
});

/** SGP.23 section 4.3.17; what differs between the curves is said in docs/foreign-pki.md. */
describe.each<[Curve, string, string, ConnectionOptions]>([
  ['P-256', 'NIST', 'TLSv1.3', {}],
  ['brainpoolP256r1', 'BRP', 'TLSv1.2', { ecdhCurve: 'brainpoolP256r1:P-256' }],
])('the TLS server of ES9+ on %s', (curve, suffix, newest, options) => {
  let te: TeSmDpPlus;
  let listener: string;
  let tls: ConnectionOptions;
  beforeAll(async () => {
    te = await TeSmDpPlus.start({ curve });
    listener = te.served.es9plus[0] ?? '';
    tls = { ...tlsOf(te), ...options };
  });
  afterAll(() => te.close());

  describe('TC_SM-DP+_ES9+_Server_Authentication_for_HTTPS_Establishment', () => {
    test(`${suffix}: shows CERT.DPtls, and agrees to TLS 1.2 with the suite of SGP.22`, async () => {
      const { protocol, cipher, certificate } = await handshake(listener, {
        ...tls,
        maxVersion: 'TLSv1.2',
        ciphers: suite.openssl,
      });
      expect([protocol, cipher]).toEqual(['TLSv1.2', suite.name]);
      expect(certificate).toMatchObject({ curve, policies: [roleOids.DPtls] });
      expect(certificate.subjectAltName).toMatchObject({ dnsNames: [te.address], registeredIds: [te.oid] });
    });
    test(`${suffix}: the newest version with a client of both`, async () => {
      expect((await handshake(listener, tls)).protocol).toBe(newest);
    });
    test(`${suffix}: no version before TLS 1.2`, async () => {
      const old = { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
      await expect(handshake(listener, old)).rejects.toThrow(/protocol version|ALERT_PROTOCOL_VERSION/);
    });
    test(`${suffix}: no suite without forward secrecy or encryption`, async () => {
      const ciphers = 'ECDH-ECDSA-AES128-SHA256:AES128-GCM-SHA256:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0';
      await expect(handshake(listener, { ...tls, maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow(
        /handshake failure/,
      );
    });
    test(`${suffix}: no client certificate is asked for`, async () => {
      const [tls12] = await admission(listener, '/gsma/rsp2/es9plus/cancelSession', tls);
      expect(tls12).toBe('200');
    });
  });
});

/** SGP.23 section 4.3.6. */
describe('TC_SM-DP+_ES2+_TLS', () => {
  const path = '/gsma/rsp2/es2plus/releaseProfile';
  const faults = negativeTlsClients('DPtls');
  let te: TeSmDpPlus;
  let shown: Map<string, Awaited<ReturnType<typeof issueTlsClient>>>;

  beforeAll(async () => {
    te = await TeSmDpPlus.start({
      async operators(ci) {
        const issued = await Promise.all(faults.map(async ({ fault, issue }) => [fault, await issue(ci)] as const));
        shown = new Map([...issued, ['good', await issueTlsClient('DPtls', ci)]]);
        // What is refused is refused for its fault: it is pinned.
        const pinned = ['good', ...faults.filter((each) => each.pinned).map(({ fault }) => fault)];
        return pinned.flatMap((fault) => shown.get(fault)?.certificate ?? []);
      },
    });
  });
  afterAll(() => te.close());

  const admitted = (fault: string) => {
    const certified = shown.get(fault);
    return admission(te.served.es2plus, path, { ...tlsOf(te), ...(certified && shownBy(certified)) });
  };

  test('mutual authentication: an operator whose certificate is pinned, in TLS 1.2 and 1.3', async () => {
    expect(await admitted('good')).toEqual(['200', '200']);
  });
  test('mutual authentication: a client without a certificate is refused', async () => {
    expect(await admitted('none')).toEqual(['refused', 'refused']);
  });
  test.each(faults)('mutual authentication: a client certificate $fault is refused', async ({ fault }) => {
    expect(await admitted(fault)).toEqual(['refused', 'refused']);
  });
});
