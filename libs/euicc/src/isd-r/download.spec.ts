import type { Encodable } from '@tegata/der';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  DeleteResult,
  DisableResult,
  EnableResult,
  EUICCInfo2,
  fromHex,
  OneTimeKeyPair,
  PrepareDownloadResponse,
  ProfileInstallationResult,
  packIccid,
  parseExtCardResource,
  type RandomSource,
  signatureHolds,
  signedData,
  splitBoundProfilePackage,
  toHex,
  verifyInstallationResult,
} from '@tegata/rsp';
import fc from 'fast-check';
import { Euicc } from '../euicc.ts';
import { readFile } from '../testing/modem.ts';
import { installationOutcome } from '../testing/results.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import {
  describeWithVectors,
  samplePackage,
  samplePackages,
  vectorCertificate,
  vectorJson,
  vectorPrivateKey,
} from '../testing/vectors.ts';

const PACKAGE = 'TS48v5_SAIP2.3_BERTLV_SUCI.der';
const ICCID = '89000123456789012341';
const USIM = 'A0000000871002';

describeWithVectors('download of a profile', () => {
  it('installs every TS.48 package, its files say what the package says, and nothing of it is left when it is deleted', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    const quiet = { notificationConfigurationInfo: [] };
    const used = (): number => euicc.memoryOctets.capacity - euicc.memoryOctets.free;
    let empty: number | undefined;
    for (const { file, iccid, efImsi } of samplePackages()) {
      const result = await smdp.install(euicc, samplePackage(file), metadataFor(iccid, quiet));
      expect([file, installationOutcome(result)]).toEqual([file, 'installed']);
      expect(await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid })).toBe(EnableResult.ok);
      expect(await readFile(euicc, '2FE2')).toBe(toHex(packIccid(iccid)));
      expect(efImsi).toHaveLength(1);
      expect(await readFile(euicc, '6F07', USIM)).toBe(efImsi[0]?.toUpperCase());
      expect(await euicc.es10c.disableProfile({ kind: 'iccid', value: iccid })).toBe(DisableResult.ok);
      expect(await euicc.es10c.deleteProfile({ kind: 'iccid', value: iccid })).toBe(DeleteResult.ok);
      for (const { seqNumber } of await euicc.es10b.listNotification()) {
        await euicc.es10b.removeNotificationFromList(seqNumber);
      }
      // The first one also left the record that counts notifications; from two digits of DER on it is an octet longer.
      empty ??= used();
      expect(used() - empty).toBeLessThanOrEqual(1);
    }
  });

  it('answers with a result that is signed, names the profile, and waits as a notification', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    const session = await smdp.authenticate(euicc);
    const otpk = await smdp.prepare(euicc, session);
    const bpp = await smdp.bind(session, otpk, samplePackage(PACKAGE), metadataFor(ICCID));
    const octets = await euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));

    const result = ProfileInstallationResult.decode(octets);
    expect(() => verifyInstallationResult(result, session.euicc.publicKey)).not.toThrow();
    const data = result.profileInstallationResultData;
    expect(toHex(data.transactionId)).toBe(toHex(session.initiated.transactionId));
    expect(data.smdpOid).toBe('2.999.10');
    expect(data.notificationMetadata).toMatchObject({
      seqNumber: 1,
      profileManagementOperation: ['install'],
      notificationAddress: smdp.address,
      iccid: ICCID,
    });
    if (data.finalResult.kind !== 'successResult') throw new Error('not installed');
    expect(toHex(data.finalResult.value.aid)).toBe('A0000005591010FFFFFFFF8900001000');
    expect(toHex(data.finalResult.value.simaResponse)).toBe('3007A0053003800100');
    expect((await euicc.es10b.retrieveNotificationsList()).map(toHex)).toEqual([toHex(octets)]);
    expect(await euicc.es10c.getProfilesInfo()).toMatchObject([
      {
        iccid: ICCID,
        profileState: 0,
        profileName: 'Aozora test',
        serviceProviderName: 'Aozora Mobile',
        profileClass: 2,
      },
    ]);
  });

  it('is the same however the package is cut into pieces', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cuts, async (sizes) => {
        const { euicc } = await newEuicc();
        const bpp = await new TestSmdp().deliver(euicc, samplePackage(PACKAGE), metadataFor(ICCID));
        const pieces: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bpp.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          pieces.push(bpp.subarray(at, at + size));
          at += size;
        }
        expect(installationOutcome(await euicc.es10b.loadBoundProfilePackage(pieces))).toBe('installed');
      }),
      { numRuns: 8 },
    );
  });

  it('takes no more pieces once there is a result', async () => {
    const { euicc } = await newEuicc();
    const bpp = await new TestSmdp().deliver(euicc, samplePackage(PACKAGE), metadataFor(ICCID));
    let taken = 0;
    function* pieces(): Generator<Uint8Array> {
      for (const piece of splitBoundProfilePackage(bpp)) {
        taken += 1;
        yield taken === 5 ? Uint8Array.from(piece, (octet, i) => (i === 20 ? octet ^ 1 : octet)) : piece;
      }
    }
    const result = await euicc.es10b.loadBoundProfilePackage(pieces());
    expect(installationOutcome(result)).toMatch(/scp03tSecurityError/);
    expect(taken).toBe(5);
  });

  it('tells how much room there is, less after an installation and the same after the deletion', async () => {
    const { euicc } = await newEuicc();
    const free = async (): Promise<number> =>
      parseExtCardResource(EUICCInfo2.decode(await euicc.es10b.getEuiccInfo2()).extCardResource).freeNonVolatileMemory;
    const before = await free();
    await new TestSmdp().install(
      euicc,
      samplePackage(PACKAGE),
      metadataFor(ICCID, { notificationConfigurationInfo: undefined }),
    );
    const after = await free();
    expect(before - after).toBeGreaterThan(18_000);
    await euicc.es10c.deleteProfile({ kind: 'iccid', value: ICCID });
    await euicc.es10b.removeNotificationFromList(1);
    // The number of the next notification is what an installation leaves behind.
    expect(before - (await free())).toBeLessThan(64);
  });
});

describeWithVectors('one-time key of a download', () => {
  const upp = (): Uint8Array => samplePackage(PACKAGE);

  it('is used again for a package that was bound to it and not loaded, also after the power was lost', async () => {
    const { euicc, folder } = await newEuicc();
    const smdp = new TestSmdp();
    const first = await smdp.authenticate(euicc);
    const otpk = await smdp.prepare(euicc, first);
    const again = await smdp.authenticate(euicc);
    expect(toHex(await smdp.prepare(euicc, again, otpk))).toBe(toHex(otpk));

    await euicc.close();
    const reopened = await Euicc.open(testOptions(folder));
    const third = await smdp.authenticate(reopened);
    expect(toHex(await smdp.prepare(reopened, third, otpk))).toBe(toHex(otpk));
    const bpp = await smdp.bind(third, otpk, upp(), metadataFor(ICCID));
    const result = await reopened.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));
    expect(installationOutcome(result)).toBe('installed');
  });

  it('is a new one when none is named, when an unknown one is named, and for another SM-DP+', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    const otpk = await smdp.prepare(euicc, await smdp.authenticate(euicc));
    const unknown = OneTimeKeyPair.generate('P-256', (n) => Buffer.alloc(n, 7)).publicKey;
    const other = new TestSmdp('DP2');
    const others = [
      await other.prepare(euicc, await other.authenticate(euicc), otpk),
      await smdp.prepare(euicc, await smdp.authenticate(euicc)),
      await smdp.prepare(euicc, await smdp.authenticate(euicc), unknown),
    ];
    expect(new Set([otpk, unknown, ...others].map(toHex)).size).toBe(5);
  });

  it('serves for no second package', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    const otpk = await smdp.prepare(euicc, await smdp.authenticate(euicc));
    const session = await smdp.authenticate(euicc);
    await smdp.prepare(euicc, session, otpk);
    const bpp = await smdp.bind(session, otpk, upp(), metadataFor(ICCID));
    await euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));
    const later = await smdp.authenticate(euicc);
    expect(toHex(await smdp.prepare(euicc, later, otpk))).not.toBe(toHex(otpk));
  });
});

describeWithVectors('sessions recorded elsewhere', () => {
  const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
  /** Random octets that are the given ones, where the number asked for fits. */
  const drawing = (...octets: readonly Uint8Array[]): RandomSource => {
    const queue = [...octets];
    return (size) => (queue[0]?.length === size ? (queue.shift() ?? Buffer.alloc(size)) : Buffer.alloc(size, 0x5a));
  };
  /** The eUICC whose session was recorded: its certificates, and the CI under both names. */
  const recordedMaterial = (year: '' | '_2017') => ({
    credentials: [
      {
        privateKey: vectorPrivateKey('EUICC_ECDSA_NIST'),
        euiccCertificate: vectorCertificate(`EUICC${year}_ECDSA_NIST`),
        eumCertificate: vectorCertificate(`EUM${year}_ECDSA_NIST`),
      },
    ],
    ciCertificates: [vectorCertificate('CI_ECDSA_NIST'), vectorCertificate('CI_2017_ECDSA_NIST')],
  });

  /** Replays AuthenticateServer, and compares all but the signature and EUICCInfo2, in which every eUICC tells of itself. */
  async function replayAuthentication(euicc: Euicc, server: ServerHalf, recordedResponse: Uint8Array): Promise<void> {
    const recorded = AuthenticateServerResponse.decode(recordedResponse);
    if (recorded.kind !== 'authenticateResponseOk') throw new Error('an error was recorded');
    const theirs = recorded.value;
    const { ctxParams1 } = theirs.euiccSigned1;
    const request = AuthenticateServerRequest.encode({ ...server, ctxParams1: ctxParams1.raw });
    const response = AuthenticateServerResponse.decode(await euicc.es10b.authenticateServer(request));
    if (response.kind !== 'authenticateResponseOk') throw new Error('refused');
    const ours = response.value;
    const { euiccInfo2: _, ...rest } = ours.euiccSigned1;
    const { euiccInfo2: __, ...theirRest } = theirs.euiccSigned1;
    expect({ ...rest, raw: undefined }).toEqual({ ...theirRest, raw: undefined });
    expect(toHex(rest.ctxParams1.raw)).toBe(toHex(ctxParams1.raw));
    expect(toHex(ours.euiccCertificate)).toBe(toHex(theirs.euiccCertificate));
    expect(toHex(ours.eumCertificate)).toBe(toHex(theirs.eumCertificate));
    const key = vectorCertificate('EUICC_ECDSA_NIST').publicKey;
    for (const { euiccSigned1, euiccSignature1 } of [ours, theirs]) {
      expect(signatureHolds(key, euiccSignature1, signedData.euiccSignature1(euiccSigned1.raw))).toBe(true);
    }
  }

  it('answers the server of the fixed session as the eUICC of that session did', async () => {
    const { inputs, server, euicc: recorded } = vectorJson<FixedSession>('session-fixed.json');
    const random = drawing(Buffer.alloc(16), fromHex(inputs.euiccChallenge));
    const { euicc } = await newEuicc({ random }, recordedMaterial('_2017'));
    expect(toHex(await euicc.es10b.getEuiccChallenge())).toBe(inputs.euiccChallenge);
    await replayAuthentication(
      euicc,
      {
        serverSigned1: fromHex(server.serverSigned1),
        serverSignature1: fromHex(server.serverSignature1),
        euiccCiPKIdToBeUsed: fromHex(server.euiccCiPKIdToBeUsed).subarray(2),
        serverCertificate: vectorCertificate('S_SM_DPauth_ECDSA_NIST').raw,
      },
      fromHex(recorded.authenticateServerResponse),
    );
  });

  it('answers an independent SM-DP+ as the recorded eUICC did', async () => {
    const { exchange } = vectorJson<RecordedSession>('session-recorded.json');
    const { request, response } = exchange.initiateAuthentication;
    const challenge = base64(request.euiccChallenge);
    const { euicc } = await newEuicc({ random: drawing(Buffer.alloc(16), challenge) }, recordedMaterial(''));
    expect(toHex(await euicc.es10b.getEuiccChallenge())).toBe(toHex(challenge));
    await replayAuthentication(
      euicc,
      {
        serverSigned1: base64(response.serverSigned1),
        serverSignature1: base64(response.serverSignature1),
        euiccCiPKIdToBeUsed: base64(response.euiccCiPKIdToBeUsed).subarray(2),
        serverCertificate: base64(response.serverCertificate),
      },
      base64(exchange.authenticateClient.request.authenticateServerResponse),
    );
  });

  // smdpSignature2 of the recording is over a signature that no eUICC makes twice, so the SM-DP+ of the test offers anew, in
  // the recorded transaction. From there on everything is the recorded package's.
  it('installs the package that an independent SM-DP+ bound to its one-time key', async () => {
    const { keys, exchange } = vectorJson<RecordedSession>('session-recorded.json');
    const challenge = Buffer.alloc(16, 1);
    const random = drawing(Buffer.alloc(16), challenge, fromHex(keys.otskEuicc));
    const { euicc } = await newEuicc({ random }, recordedMaterial(''));
    const smdp = new TestSmdp();
    const recorded = fromHex(exchange.authenticateClient.request.transactionId);
    const session = await smdp.authenticate(euicc, recorded);
    const euiccOtpk = await smdp.prepare(euicc, session);
    expect(toHex(euiccOtpk)).toBe(keys.otpkEuicc);
    const recordedAnswer = PrepareDownloadResponse.decode(
      base64(exchange.getBoundProfilePackage.request.prepareDownloadResponse),
    );
    if (recordedAnswer.kind !== 'downloadResponseOk') throw new Error('an error was recorded');
    expect(toHex(recordedAnswer.value.euiccSigned2.euiccOtpk)).toBe(toHex(euiccOtpk));

    const bpp = base64(exchange.getBoundProfilePackage.response.boundProfilePackage);
    const result = await euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));
    expect(installationOutcome(result)).toBe('installed');
    expect(await euicc.es10c.getProfilesInfo()).toHaveLength(1);
  });
});

type ServerHalf = Omit<Exclude<Encodable<typeof AuthenticateServerRequest>, Uint8Array>, 'ctxParams1'>;

interface FixedSession {
  readonly inputs: Readonly<Record<'euiccChallenge', string>>;
  readonly server: Readonly<Record<'serverSigned1' | 'serverSignature1' | 'euiccCiPKIdToBeUsed', string>>;
  readonly euicc: Readonly<Record<'authenticateServerResponse', string>>;
}

interface RecordedSession {
  readonly keys: Readonly<Record<'otskEuicc' | 'otpkEuicc', string>>;
  readonly exchange: {
    readonly initiateAuthentication: {
      readonly request: Readonly<Record<'euiccChallenge', string>>;
      readonly response: Readonly<
        Record<'serverSigned1' | 'serverSignature1' | 'euiccCiPKIdToBeUsed' | 'serverCertificate', string>
      >;
    };
    readonly authenticateClient: {
      readonly request: Readonly<Record<'transactionId' | 'authenticateServerResponse', string>>;
    };
    readonly getBoundProfilePackage: {
      readonly request: Readonly<Record<'prepareDownloadResponse', string>>;
      readonly response: Readonly<Record<'boundProfilePackage', string>>;
    };
  };
}
