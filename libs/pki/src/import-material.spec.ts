import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { issueRevocationList, parseCertificate } from '@tegata/x509';
import { ensurePki } from './ensure-pki.ts';
import { importMaterial } from './import-material.ts';
import { issueServerCertificates } from './issue-server-certificate.ts';
import { KeyStore } from './key-store.ts';
import { InProcessKey } from './keys.ts';
import { listMaterial } from './list-material.ts';
import { loadEuicc, loadManagementKeys, loadRelayKeys, loadTerminalTrust } from './role-keys.ts';
import { plan } from './testing/plan.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const vectors = fileURLToPath(new URL('../../../../shared/vectors/sgp22/certs/', import.meta.url));
const describeWithVectors = existsSync(vectors) || process.env.CI === 'true' ? describe : describe.skip;

/** After the TLS certificates of the vectors ran out, before anything else does. */
const at = new Date('2026-11-28T00:00:00Z');
const file = (name: string) => ({ name, octets: readFileSync(`${vectors}${name}`) });
const pair = (name: string) => [file(`CERT_${name}.der`), file(`SK_${name}.pem`)];
const ci = pair('CI_ECDSA_NIST');
const brpCi = file('CERT_CI_ECDSA_BRP.der');
const eum = pair('EUM_ECDSA_NIST');
const euicc = pair('EUICC_ECDSA_NIST');
const smdp = (curve: string) => [...pair(`S_SM_DPauth_ECDSA_${curve}`), ...pair(`S_SM_DPpb_ECDSA_${curve}`)];
const eid = '89049032123451234512345678901235';

describeWithVectors('importing the SGP.26 test PKI', () => {
  let directory: string;
  const take = (files: Parameters<typeof importMaterial>[1]['files'], more = {}) =>
    importMaterial(directory, { set: 'sgp26', carrier: 'aozora', files, at, ...more });
  const states = async (...given: Parameters<typeof take>) =>
    (await take(...given)).map(({ role, state }) => [role, state]);
  const accepting = { at, acceptTestCis: true };

  beforeEach(async () => {
    directory = temporaryFolder();
    await ensurePki(directory, plan, { at, random: randomBytes });
  });

  it('puts CIs, EUM, eUICC and server certificates of both curves in place, in any order of the files, once', async () => {
    const files = [...euicc, ...smdp('NIST'), ...smdp('BRP'), ...eum, brpCi, ...ci];
    const done = await states(files);
    expect(done.map(([role]) => role)).toEqual(['CI', 'CI', 'EUM', 'eUICC', 'DPauth', 'DPauth', 'DPpb', 'DPpb']);
    expect(new Set(done.map(([, state]) => state))).toEqual(new Set(['created']));
    expect(new Set((await states(files)).map(([, state]) => state))).toEqual(new Set(['present']));
  });

  it('gives an SM-DP+ a listener with this set, beside its own certificates', async () => {
    await take([...ci, brpCi, ...smdp('NIST'), ...smdp('BRP')]);
    const keys = await loadManagementKeys(directory, 'aozora', accepting);
    expect(keys.credentials.map(({ oid }) => oid)).toEqual(['2.999.21']);
    expect(keys.cis).toHaveLength(1);
    const set = keys.sets.get('sgp26');
    expect(set?.cis.map(({ curve }) => curve).sort()).toEqual(['P-256', 'brainpoolP256r1']);
    expect(
      set?.credentials.map(({ oid, auth, pb }) => [oid, auth.certificate.curve, pb?.certificate.curve]).sort(),
    ).toEqual([
      ['2.999.10', 'P-256', 'P-256'],
      ['2.999.10', 'brainpoolP256r1', 'brainpoolP256r1'],
    ]);
    expect((await loadTerminalTrust(directory, accepting)).cis).toHaveLength(3);
  });

  it('refuses CERT.DPauth and CERT.DPpb of different SM-DP+, at once and one after the other', async () => {
    const [auth, pb] = [pair('S_SM_DPauth_ECDSA_NIST'), pair('S_SM_DPpb_ECDSA_NIST')];
    const [auth2, pb2] = [pair('S_SM_DP2auth_ECDSA_NIST'), pair('S_SM_DP2pb_ECDSA_NIST')];
    await expect(take([...ci, ...auth, ...pb2])).rejects.toThrow(/DPauth is of the SM-DP\+ 2\.999\.10, .* 2\.999\.12/);
    await take([...ci, ...auth]);
    await expect(take(pb2)).rejects.toThrow(/DPpb is of the SM-DP\+ 2\.999\.12, .* 2\.999\.10/);
    await take(pb);
    await expect(loadManagementKeys(directory, 'aozora', accepting)).resolves.toBeDefined();
    await expect(take([...ci, ...pb2], { set: 'other' })).resolves.toBeDefined();
    await expect(take(auth, { set: 'other' })).rejects.toThrow(/2\.999\.10, .* 2\.999\.12/);
    await expect(take(auth2, { set: 'other' })).resolves.toBeDefined();
  });

  it("adds the set named default to a server's own CI and certificates", async () => {
    await take([...ci, ...smdp('NIST')], { set: 'default' });
    const keys = await loadManagementKeys(directory, 'aozora', accepting);
    expect(keys.credentials.map(({ oid }) => oid)).toEqual(['2.999.21', '2.999.10']);
    expect(keys.cis).toHaveLength(2);
    expect(keys.sets.size).toBe(0);
  });

  it('leaves servers that are not told to accept published test CIs refusing them', async () => {
    await take(ci);
    await expect(loadManagementKeys(directory, 'aozora', { at })).rejects.toMatchObject({
      code: 'CERTIFICATE_REFUSED',
      message: expect.stringContaining('test CI'),
    });
  });

  it('gives the emulator the eUICC of that EID', async () => {
    await take([...ci, ...eum, ...euicc]);
    const loaded = await loadEuicc(directory, eid, accepting);
    expect(loaded).toMatchObject({ eid, credentials: [{ euicc: {}, eumCertificate: {} }] });
    expect(loaded.cis).toHaveLength(1);
    await expect(loadEuicc(directory, '89049032000000000000000000000000', accepting)).rejects.toMatchObject({
      code: 'MISSING',
    });
  });

  it('refuses names that would leave the folder of the set', async () => {
    await take(ci);
    const away = { set: 'sgp26', server: '../away', roles: ['DPtls'], oid: '2.999.10' } as const;
    const issuing = issueServerCertificates(directory, {
      ...away,
      address: 'a.example',
      days: 1,
      at,
      random: randomBytes,
    });
    await expect(issuing).rejects.toThrow('../away is no short name');
    await expect(take(smdp('NIST'), { carrier: '../away' })).rejects.toThrow('../away is no short name');
    await expect(take(ci, { set: '../away' })).rejects.toThrow('../away is no short name');
  });

  it('refuses TLS certificates that have run out, and issues fresh ones with the key of the test CI', async () => {
    await take([...ci, ...smdp('NIST')]);
    await expect(take(pair('S_SM_DP_TLS_NIST'))).rejects.toThrow(/CERT_S_SM_DP_TLS_NIST.der: refused: DPtls: expired/);
    const request = { set: 'sgp26', address: 'rsp.aozora.example', days: 30, at, random: randomBytes };
    const dp = { ...request, server: 'aozora', roles: ['DPtls'], oid: '2.999.10' } as const;
    expect((await issueServerCertificates(directory, dp)).map(({ state }) => state)).toEqual(['created']);
    expect((await issueServerCertificates(directory, dp)).map(({ state }) => state)).toEqual(['renewed']);
    const set = (await loadManagementKeys(directory, 'aozora', accepting)).sets.get('sgp26');
    expect(set?.address).toBe('rsp.aozora.example');
    expect(set?.tls?.certificateChain.toString()).toContain('BEGIN CERTIFICATE');
    await issueServerCertificates(directory, { ...request, server: 'relay', roles: ['DSauth'], oid: '2.999.15' });
    const relay = (await loadRelayKeys(directory, accepting)).sets.get('sgp26');
    expect(relay?.credentials.map(({ oid }) => oid)).toEqual(['2.999.15']);
  });

  it('issues no certificate that would make of one SM-DP+ two, and both of another together', async () => {
    await take([...ci, ...smdp('NIST')]);
    const other = {
      set: 'sgp26',
      server: 'aozora',
      address: 'rsp.aozora.example',
      days: 30,
      at,
      random: randomBytes,
      oid: '2.999.77',
    };
    const oid = async () =>
      (await loadManagementKeys(directory, 'aozora', accepting)).sets.get('sgp26')?.credentials[0]?.oid;
    const before = await oid();
    await expect(issueServerCertificates(directory, { ...other, roles: ['DPtls', 'DPauth'] })).rejects.toMatchObject({
      code: 'OTHER_SERVER',
      message: expect.stringContaining(`of the SM-DP+ 2.999.77, the CERT.DPpb beside it of ${before}`),
    });
    expect((await loadManagementKeys(directory, 'aozora', accepting)).sets.get('sgp26')).not.toHaveProperty('tls');
    expect(await oid()).toBe(before);
    await issueServerCertificates(directory, { ...other, roles: ['DPpb', 'DPauth'] });
    expect(await oid()).toBe('2.999.77');
  });

  it('issues no SM-DS certificate to a carrier, and none of an SM-DP+ to the relay', async () => {
    await take(ci);
    const request = { set: 'sgp26', address: 'rsp.aozora.example', days: 30, at, random: randomBytes, oid: '2.999.10' };
    await expect(
      issueServerCertificates(directory, { ...request, server: 'aozora', roles: ['DSauth'] }),
    ).rejects.toThrow('aozora has no CERT.DSauth');
    await expect(issueServerCertificates(directory, { ...request, server: 'relay', roles: ['DPtls'] })).rejects.toThrow(
      'relay has no CERT.DPtls',
    );
  });

  it('takes PKCS #8 and SEC 1 keys, PEM and DER, and several in one file', async () => {
    const key = createPrivateKey(file('SK_EUM_ECDSA_NIST.pem').octets);
    const forms = [
      key.export({ format: 'der', type: 'pkcs8' }),
      key.export({ format: 'der', type: 'sec1' }),
      Buffer.from(key.export({ format: 'pem', type: 'sec1' })),
    ];
    for (const octets of forms) {
      directory = temporaryFolder();
      await take(ci);
      await expect(states([file('CERT_EUM_ECDSA_NIST.der'), { name: 'key', octets }])).resolves.toEqual([
        ['EUM', 'created'],
      ]);
    }
  });

  it('takes a DER key under a passphrase', async () => {
    const locked = { format: 'der', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'open, EUM' } as const;
    const octets = createPrivateKey(file('SK_EUM_ECDSA_NIST.pem').octets).export(locked);
    const files = [file('CERT_EUM_ECDSA_NIST.der'), { name: 'eum.key', octets }];
    await take(ci);
    for (const filePassphrase of [undefined, 'shut, EUM']) {
      const refused = take(files, filePassphrase === undefined ? {} : { filePassphrase });
      await expect(refused).rejects.toThrow(/eum.key: .* its passphrase is missing or another one/);
    }
    await expect(states(files, { filePassphrase: 'open, EUM' })).resolves.toEqual([['EUM', 'created']]);
  });

  it('takes the revocation lists of CIs, by which servers know what is revoked; the newest one stays', async () => {
    const issuer = parseCertificate(file('CERT_CI_ECDSA_NIST.der').octets);
    const eumCertificate = parseCertificate(file('CERT_EUM_ECDSA_NIST.der').octets);
    const key = new InProcessKey(createPrivateKey(file('SK_CI_ECDSA_NIST.pem').octets));
    const list = async (number: bigint, serialNumbers: readonly string[], more = {}) => {
      const revoked = serialNumbers.map((serialNumber) => ({
        serialNumber,
        revokedAt: at,
        reason: 'unspecified' as const,
      }));
      const [thisUpdate, nextUpdate] = [at, new Date(at.getTime() + 1)];
      return (await issueRevocationList({ issuer, key, number, revoked, thisUpdate, nextUpdate, ...more })).raw;
    };
    const pem = (der: Uint8Array) =>
      `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`;
    const crl = (octets: Uint8Array | string) => [{ name: 'ci.crl', octets: Buffer.from(octets) }];
    const isRevoked = async (set: string) => {
      const keys = await loadManagementKeys(directory, 'aozora', accepting);
      return (set === 'default' ? keys : keys.sets.get(set))?.isRevoked?.(eumCertificate, issuer);
    };
    const first = await list(1n, ['0A']);
    await expect(take(crl(first))).rejects.toThrow(/ci.crl: refused: CRL: not signed by a CI of the set/);
    expect(await states([...ci, ...crl(first)])).toEqual([
      ['CI', 'created'],
      ['CRL', 'created'],
    ]);
    expect(await isRevoked('sgp26')).toBe(false);
    expect(await states(crl(pem(await list(2n, ['0A', eumCertificate.serialNumber]))))).toEqual([['CRL', 'renewed']]);
    expect(await isRevoked('sgp26')).toBe(true);
    expect(await states(crl(first))).toEqual([['CRL', 'present']]);
    expect(await isRevoked('sgp26')).toBe(true);
    expect(await isRevoked('default')).toBe(false);
    const part = await list(3n, [], { part: { number: 1, total: 2 } });
    await expect(take(crl(part))).rejects.toThrow(/one part of a list; servers take whole ones/);
    const foreign = await list(3n, [], {
      key: new InProcessKey(createPrivateKey(file('SK_EUM_ECDSA_NIST.pem').octets)),
    });
    await expect(take(crl(foreign))).rejects.toThrow(/not signed by a CI of the set/);
  });

  it("takes a revocation list of the deployment's own CI into the set named default", async () => {
    const { certificate: issuer, key } = await new KeyStore(directory).certifiedKey('rsp/ci');
    const serialNumber = '0B';
    const { raw } = await issueRevocationList({
      issuer,
      key,
      number: 1n,
      revoked: [{ serialNumber, revokedAt: at, reason: 'keyCompromise' }],
      thisUpdate: at,
      nextUpdate: at,
    });
    const files = [{ name: 'own.crl', octets: raw }];
    await expect(take(files)).rejects.toThrow(/not signed by a CI of the set/);
    expect(await take(files, { set: 'default' })).toMatchObject([{ role: 'CRL', entry: 'rsp/ci', state: 'created' }]);
    for (const { isRevoked } of [
      await loadManagementKeys(directory, 'aozora', accepting),
      await loadRelayKeys(directory, accepting),
    ]) {
      const revoked = { ...issuer, serialNumber };
      expect([isRevoked?.(revoked, issuer), isRevoked?.(issuer, issuer)]).toEqual([true, false]);
    }
  });

  it('takes a key under a passphrase as OpenSSL writes it, PKCS #8 or SEC 1, in one file with its certificate', async () => {
    const key = createPrivateKey(file('SK_EUM_ECDSA_NIST.pem').octets);
    const certificate = new X509Certificate(file('CERT_EUM_ECDSA_NIST.der').octets).toString();
    const locked = { format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open, EUM' } as const;
    for (const type of ['pkcs8', 'sec1'] as const) {
      directory = temporaryFolder();
      await take(ci);
      const files = [{ name: 'eum.pem', octets: Buffer.from(certificate + key.export({ type, ...locked })) }];
      await expect(take(files)).rejects.toThrow(/its passphrase is missing or another one/);
      await expect(take(files, { filePassphrase: 'shut, EUM' })).rejects.toThrow(
        /passphrase is missing or another one/,
      );
      await expect(states(files, { filePassphrase: 'open, EUM' })).resolves.toEqual([['EUM', 'created']]);
    }
  });

  it.each<[string, () => { name: string; octets: Uint8Array }[], RegExp]>([
    ['a certificate whose CI is not in the set', () => smdp('BRP'), /CERT_S_SM_DPauth_ECDSA_BRP.der: .*not in the set/],
    [
      'a server certificate without its key',
      () => [file('CERT_S_SM_DPauth_ECDSA_NIST.der')],
      /private key .* not among/,
    ],
    ['a key without its certificate', () => [file('SK_EUM_ECDSA_NIST.pem'), brpCi], /belongs to no certificate/],
    [
      'a damaged certificate',
      () => [{ name: 'x.der', octets: brpCi.octets.subarray(0, 200) }],
      /x.der: not a certificate/,
    ],
    [
      'a text that is neither',
      () => [{ name: 'x.pem', octets: Buffer.from('-----BEGIN X-----\n-----END X-----') }],
      /holds no certificate, no private key and no revocation list/,
    ],
    ['an eUICC whose EUM is absent', () => euicc, /not in the set/],
  ])('refuses %s and changes nothing', async (_, files, sentence) => {
    await take(ci);
    const before = await listMaterial(directory);
    await expect(take(files())).rejects.toThrow(sentence);
    expect(await listMaterial(directory)).toEqual(before);
  });

  it('never replaces a key: the certificate of a second SM-DP+ is refused where the first one is', async () => {
    await take([...ci, ...smdp('NIST')]);
    await expect(take([...pair('S_SM_DP2auth_ECDSA_NIST'), ...pair('S_SM_DP2pb_ECDSA_NIST')])).rejects.toThrow(
      /another key is in place/,
    );
  });

  it('keeps private keys to their owner', async () => {
    await take([...ci, ...eum]);
    const keys = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('key.pem'),
    );
    for (const name of keys) expect(statSync(`${directory}/${name}`).mode & 0o077).toBe(0);
    expect(
      (await listMaterial(directory)).find(({ role, entry }) => role === 'EUM' && entry.includes('sets')),
    ).toMatchObject({
      key: true,
      curve: 'P-256',
    });
  });

  it('does not take a PKI whose entry is damaged for an empty one', async () => {
    const [done] = await take([brpCi]);
    writeFileSync(`${directory}/${done?.entry}/certificate.pem`, 'x');
    await expect(listMaterial(directory)).rejects.toMatchObject({ code: 'CERTIFICATE_UNREADABLE' });
  });
});
