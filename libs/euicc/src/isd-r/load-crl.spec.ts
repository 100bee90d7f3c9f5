import { generateKeyPairSync } from 'node:crypto';
import { encodeTlv, parseTlv } from '@tegata/der';
import { LoadCRLError, LoadCRLRequest, LoadCRLResponse, nameOf } from '@tegata/rsp';
import type { Certificate } from '@tegata/x509';
import { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { authenticateOutcome, installationOutcome, prepareOutcome } from '../testing/results.ts';
import { day, revocationList } from '../testing/revocation-list.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, vectorCertificate, vectorPrivateKey } from '../testing/vectors.ts';

describeWithVectors('LoadCRL', () => {
  const smdp = new TestSmdp();
  const { certificate: auth } = smdp.auth;
  const { certificate: pb } = smdp.pb;
  let euicc: Euicc;
  let folder: CrashingFolder;
  beforeEach(async () => {
    ({ euicc, folder } = await newEuicc());
  });

  /** `ok`, `missing` with the parts, or the error by name. */
  async function load(request: Uint8Array | Promise<Uint8Array>): Promise<string> {
    const { kind, value } = LoadCRLResponse.decode(await euicc.es10b.loadCrl(await request));
    if (kind === 'loadCRLResponseError') return nameOf(LoadCRLError, value);
    return value.missingParts === undefined ? 'ok' : `missing ${value.missingParts.map(({ number }) => number)}`;
  }
  const authenticated = async (): Promise<string> =>
    authenticateOutcome(await euicc.es10b.authenticateServer((await smdp.challengeAnswer(euicc)).request));

  it('refuses a server whose certificate a list revokes, also after the power was lost', async () => {
    expect(await load(revocationList([auth]))).toBe('ok');
    expect(await authenticated()).toBe('invalidCertificate');
    folder.powerOn({ names: 'none', writes: 'none' });
    euicc = await Euicc.open(testOptions(folder));
    expect(await authenticated()).toBe('invalidCertificate');
  });

  it('refuses the offer of a server whose certificate for packages is revoked, though it authenticated before', async () => {
    const session = await smdp.authenticate(euicc);
    await load(revocationList([pb]));
    const request = smdp.prepareDownloadRequest(await smdp.offer(session));
    expect(prepareOutcome(await euicc.es10b.prepareDownload(request))).toBe('invalidCertificate');
    expect(await authenticated()).toBe('ok');
  });

  it('lets everyone else go on', async () => {
    await load(revocationList([vectorCertificate('S_SM_DP2auth_ECDSA_NIST')]));
    const { iccid } = SUBSCRIPTION;
    const result = await smdp.install(euicc, subscriptionPackage(), metadataFor(iccid));
    expect(installationOutcome(result)).toBe('installed');
  });

  it('names the parts that are missing, has each in force at once, and keeps the older list until all are there', async () => {
    await load(revocationList([auth], { number: 1n }));
    const part = (number: number) => ({ number: 2n, part: { number, total: 3 } });
    expect(await load(revocationList([], part(2)))).toBe('missing 1,3');
    expect(await authenticated()).toBe('invalidCertificate');
    expect(await load(revocationList([pb], part(3)))).toBe('missing 1');
    expect(await load(revocationList([pb], part(3)))).toBe('missing 1');
    expect(await load(revocationList([], part(1)))).toBe('ok');
    // The newer list does not have it any more.
    expect(await authenticated()).toBe('ok');
    const request = smdp.prepareDownloadRequest(await smdp.offer(await smdp.authenticate(euicc)));
    expect(prepareOutcome(await euicc.es10b.prepareDownload(request))).toBe('invalidCertificate');
  });

  it('takes no list that is older than the one it has, and no part that contradicts the others', async () => {
    await load(revocationList([auth], { number: 5n }));
    expect(await load(revocationList([], { number: 4n }))).toBe('fresherCrlAlreadyLoaded');
    expect(await load(revocationList([], { number: 5n, part: { number: 1, total: 2 } }))).toBe('undefinedError');
    expect(await authenticated()).toBe('invalidCertificate');
  });

  it('does not keep what has ended anyway', async () => {
    const before = euicc.memoryOctets.free;
    await load(revocationList([auth], { expiresAt: day(-1) }));
    const empty = before - euicc.memoryOctets.free;
    await load(revocationList([auth], { number: 8n, expiresAt: day(1) }));
    expect(before - euicc.memoryOctets.free).toBeGreaterThan(empty);
  });

  it('refuses lists of others, forged ones, and what is no list', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(await load(revocationList([auth], { key: privateKey }))).toBe('invalidSignature');
    const foreign = vectorCertificate('EUM_ECDSA_NIST');
    expect(await load(revocationList([auth], { issuer: foreign, key: vectorPrivateKey('EUM_ECDSA_NIST') }))).toBe(
      'verificationKeyNotFound',
    );
    expect(await load(LoadCRLRequest.encode({ crl: encodeTlv(0x30, encodeTlv(0x02, Uint8Array.of(1))) }))).toBe(
      'invalidCRLFormat',
    );
    await expect(euicc.es10b.loadCrl(Uint8Array.of(0xbf, 0x35))).rejects.toMatchObject({ code: 'MESSAGE_MALFORMED' });
    expect(await authenticated()).toBe('ok');
  });

  it('refuses a list of which any octet was changed', async () => {
    const request = await revocationList([auth]);
    const { value } = parseTlv(request);
    for (let at = 0; at < value.length; at++) {
      const changed = encodeTlv(
        0xbf35,
        Uint8Array.from(value, (octet, i) => (i === at ? octet ^ 0x40 : octet)),
      );
      const outcome = await load(changed).catch(({ code }) => String(code));
      expect(`${at} ${outcome}`).toMatch(/invalid|verificationKeyNotFound|MESSAGE_MALFORMED/);
    }
    expect(await authenticated()).toBe('ok');
  });

  it('refuses a list that it has no room for, and more parts than it could hold', async () => {
    const many = Array.from(
      { length: 4000 },
      (_, i): Certificate => ({
        ...auth,
        serialNumber: (i + 0x100000).toString(16).toUpperCase(),
      }),
    );
    ({ euicc, folder } = await newEuicc({}, { memoryOctets: 50_000 }));
    expect(await load(revocationList(many))).toBe('notEnoughMemorySpace');
    expect(await load(revocationList([], { part: { number: 1, total: 1000 } }))).toBe('notEnoughMemorySpace');
    expect(await load(revocationList([auth]))).toBe('ok');
  });
});
