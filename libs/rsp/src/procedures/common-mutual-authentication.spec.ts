import { randomBytes } from 'node:crypto';
import { ciKeyIdentifier } from '@tegata/x509';
import fc from 'fast-check';
import {
  AuthenticateErrorCode,
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  EuiccSigned1,
  ServerSigned1,
} from '../objects/authenticate-server.ts';
import { nameOf } from '../objects/enumeration.ts';
import { EUICCInfo1 } from '../objects/euicc-info.ts';
import { EuiccReportedError, RspRefusal } from '../refusals/rsp-refusal.ts';
import { drawSession } from '../testing/draw-session.ts';
import {
  credentialOf,
  ctxParams1,
  eid,
  issueCi,
  issueEuicc,
  issueParties,
  issueServer,
  now,
  smdpAddress,
  smdpOid,
} from '../testing/issued-parties.ts';
import { hex } from '../testing/vectors.ts';
import { type AuthenticationSession, verifyAuthenticateServerResponse } from './authenticate-client.ts';
import { type AuthenticatingEuicc, authenticateServer } from './authenticate-server.ts';
import { type AuthenticatingServer, initiateAuthentication } from './initiate-authentication.ts';

const parties = await issueParties();
const { ci, server, euicc, euiccInfo1, auth, credential } = parties;
const challenge = euicc.euiccChallenge as Uint8Array;

/** One run up to what the eUICC answers; parts of it may be replaced. */
async function run(
  changes: {
    server?: Partial<AuthenticatingServer>;
    euicc?: Partial<AuthenticatingEuicc>;
    request?: (request: ReturnType<typeof requestOf>) => ReturnType<typeof requestOf>;
  } = {},
) {
  const parameters = { euiccChallenge: challenge, euiccInfo1, smdpAddress };
  const initiated = await initiateAuthentication(parameters, { ...server, ...changes.server }, () =>
    drawSession(randomBytes),
  );
  const request = requestOf(initiated);
  const octets = AuthenticateServerRequest.encode(changes.request?.(request) ?? request);
  const outcome = authenticateServer(octets, { ...euicc, ...changes.euicc });
  const session: AuthenticationSession = { ...initiated, serverAddress: smdpAddress };
  return { initiated, outcome, session };
}

function requestOf(initiated: Awaited<ReturnType<typeof initiateAuthentication>>) {
  return {
    serverSigned1: initiated.serverSigned1,
    serverSignature1: initiated.serverSignature1,
    euiccCiPKIdToBeUsed: initiated.euiccCiPKIdToBeUsed.subarray(2),
    serverCertificate: initiated.credential.certificate.raw,
    ctxParams1,
  };
}

function errorOf(response: Uint8Array): string {
  const decoded = AuthenticateServerResponse.decode(response);
  return decoded.kind === 'authenticateResponseError'
    ? nameOf(AuthenticateErrorCode, decoded.value.authenticateErrorCode)
    : 'accepted';
}

async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RspRefusal) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('common mutual authentication', () => {
  it.each(['P-256', 'brainpoolP256r1'] as const)(
    'authenticates server and eUICC to each other, on %s',
    async (curve) => {
      const here = await issueParties(curve);
      const parameters = {
        euiccChallenge: here.euicc.euiccChallenge as Uint8Array,
        euiccInfo1: here.euiccInfo1,
        smdpAddress: smdpAddress.toUpperCase(),
      };
      const initiated = await initiateAuthentication(parameters, here.server, () => drawSession(randomBytes));
      const { response, session } = authenticateServer(
        AuthenticateServerRequest.encode(requestOf(initiated)),
        here.euicc,
      );
      expect(session).toMatchObject({ serverAddress: smdpAddress, server: { oid: smdpOid, role: 'DPauth' } });
      const verified = verifyAuthenticateServerResponse(response, { ...initiated, serverAddress: smdpAddress }, now);
      expect(verified).toMatchObject({ eid, matchingId: 'TOKEN-1', euiccInfo2: { svn: '2.3.0' } });
      expect(verified.euiccSignature1).toEqual(session?.euiccSignature1);
      expect(verified.publicKey.equals(here.credential.publicKey)).toBe(true);
    },
  );

  it('serves an SM-DS alike', async () => {
    const ds = await issueServer(ci, 'DSauth', '2.999.15');
    const { outcome } = await run({ server: { kind: 'SM-DS', credentials: [credentialOf(ds)] } });
    expect(outcome.session?.server).toMatchObject({ role: 'DSauth', oid: '2.999.15' });
  });

  it('takes transactionId and challenge from the randomness given', async () => {
    const draws = [hex('01'.repeat(16)), hex('02'.repeat(16))];
    const initiated = await initiateAuthentication({ euiccChallenge: challenge, euiccInfo1, smdpAddress }, server, () =>
      drawSession(() => draws.shift() as Uint8Array),
    );
    expect(ServerSigned1.decode(initiated.serverSigned1)).toMatchObject({
      transactionId: hex('01'.repeat(16)),
      serverChallenge: hex('02'.repeat(16)),
      euiccChallenge: challenge,
      serverAddress: smdpAddress,
    });
  });

  it('chooses the first CI the eUICC lists of those the server has', async () => {
    const [other, unknown] = [await issueCi(), randomBytes(20)];
    const otherAuth = credentialOf(await issueServer(other, 'DPauth'));
    const both = { ...server, credentials: [credentialOf(auth), otherAuth], cis: [ci.certificate, other.certificate] };
    const [own, others] = [ci, other].map(({ certificate }) => ciKeyIdentifier(certificate)) as [
      Uint8Array,
      Uint8Array,
    ];
    const initiate = (verification: Uint8Array[], signing: Uint8Array[]) => {
      const info = EUICCInfo1.encode({
        svn: '2.2.2',
        euiccCiPKIdListForVerification: verification,
        euiccCiPKIdListForSigning: signing,
      });
      return initiateAuthentication({ euiccChallenge: challenge, euiccInfo1: info, smdpAddress }, both, () =>
        drawSession(randomBytes),
      );
    };
    const chosen = await initiate([unknown, others, own], [own, others]);
    expect(chosen.credential).toBe(otherAuth);
    expect(chosen.ci).toBe(ci.certificate);
    expect(chosen.euiccCiPKIdToBeUsed).toEqual(Buffer.concat([hex('0414'), own]));
    expect(await refusalOf(() => initiate([unknown], [own]))).toBe('SMDP_CERTIFICATE_UNAVAILABLE');
    expect(await refusalOf(() => initiate([own], [unknown]))).toBe('SMDP_CI_UNSUPPORTED');
  });
});

describe('a server refuses to begin', () => {
  const begin = (
    changes: Partial<Parameters<typeof initiateAuthentication>[0]>,
    kind: AuthenticatingServer['kind'] = 'SM-DP+',
  ) =>
    refusalOf(() =>
      initiateAuthentication(
        { euiccChallenge: challenge, euiccInfo1, smdpAddress, ...changes },
        { ...server, kind },
        () => drawSession(randomBytes),
      ),
    );
  const info = (svn: string) =>
    EUICCInfo1.encode({ svn, euiccCiPKIdListForVerification: [], euiccCiPKIdListForSigning: [] });

  it.each([
    ['for another address', { smdpAddress: 'smdp.minato.example' }, 'SMDP_ADDRESS_REFUSED'],
    ['an SVN it does not support', { euiccInfo1: info('3.0.0') }, 'SMDP_SVN_UNSUPPORTED'],
    ['without a CI in common', { euiccInfo1: info('2.2.0') }, 'SMDP_CERTIFICATE_UNAVAILABLE'],
    ['with a challenge of another size', { euiccChallenge: hex('0102') }, 'PARAMETER_INVALID'],
    ['with something else than EUICCInfo1', { euiccInfo1: hex('BF2000') }, 'PARAMETER_INVALID'],
  ])('%s', async (_when, changes, expected) => {
    expect(await begin(changes)).toBe(expected);
  });

  it('with codes of its own where it is an SM-DS', async () => {
    expect(await begin({ smdpAddress: 'x' }, 'SM-DS')).toBe('SMDS_ADDRESS_REFUSED');
    expect(await begin({ euiccInfo1: info('1.0.0') }, 'SM-DS')).toBe('SMDS_SVN_UNSUPPORTED');
    expect(await begin({ euiccInfo1: info('2.0.0') }, 'SM-DS')).toBe('SMDS_CERTIFICATE_UNAVAILABLE');
  });
});

describe('an eUICC refuses a server', () => {
  it.each([
    ['when it has no session', 'noSessionContext', { euicc: { euiccChallenge: undefined } }],
    ['that answers another challenge', 'euiccChallengeMismatch', { euicc: { euiccChallenge: new Uint8Array(16) } }],
    ['under a CI it does not know', 'ciPKUnknown', { euicc: { cis: [] } }],
    [
      'that wants a signature under a CI it has no key for',
      'ciPKUnknown',
      { euicc: { credentialUnder: () => undefined } },
    ],
    ['whose certificate has expired', 'invalidCertificate', { euicc: { at: new Date('2040-01-01T00:00:00Z') } }],
  ])('%s: %s', async (_when, expected, changes) => {
    const { outcome } = await run(changes);
    expect(errorOf(outcome.response)).toBe(expected);
    expect(outcome.session).toBeUndefined();
  });

  it('whose certificate is for something else, or whose signature is wrong', async () => {
    const pb = await run({ server: { credentials: [credentialOf(parties.pb)] } });
    expect(errorOf(pb.outcome.response)).toBe('invalidCertificate');
    const other = await run({
      request: (request) => ({
        ...request,
        serverSigned1: ServerSigned1.encode({
          ...ServerSigned1.decode(request.serverSigned1),
          serverAddress: 'evil.example',
        }),
      }),
    });
    expect(errorOf(other.outcome.response)).toBe('invalidSignature');
  });
});

describe('a server refuses an eUICC', () => {
  const good = once(() => run());
  const verify = async (response: Uint8Array, changes: Partial<AuthenticationSession> = {}, at = now) => {
    const { session } = await good();
    return refusalOf(() => verifyAuthenticateServerResponse(response, { ...session, ...changes }, at));
  };

  it('that answers another transaction, challenge or server', async () => {
    const { response } = (await good()).outcome;
    expect(await verify(response)).toBe('accepted');
    expect(await verify(response, { transactionId: hex('01') })).toBe('TRANSACTION_UNKNOWN');
    expect(await verify(response, { serverChallenge: new Uint8Array(16) })).toBe('EUICC_AUTHENTICATION_FAILED');
    expect(await verify(response, { serverAddress: 'smdp.minato.example' })).toBe('EUICC_AUTHENTICATION_FAILED');
  });

  it('whose certificates do not hold', async () => {
    const { response } = (await good()).outcome;
    const other = await issueCi();
    expect(await verify(response, { ci: other.certificate })).toBe('CI_UNKNOWN');
    expect(await verify(response, {}, new Date('2040-01-01T00:00:00Z'))).toBe('EUM_CERTIFICATE_EXPIRED');
    const stranger = await issueEuicc(other);
    const mixed = (certificates: object): Uint8Array => {
      const decoded = AuthenticateServerResponse.decode(response);
      if (decoded.kind !== 'authenticateResponseOk') throw new Error('refused');
      return AuthenticateServerResponse.encode({ kind: decoded.kind, value: { ...decoded.value, ...certificates } });
    };
    expect(await verify(mixed({ euiccCertificate: stranger.euiccCertificate }))).toBe('EUICC_CERTIFICATE_INVALID');
    expect(await verify(mixed({ eumCertificate: hex('3000') }))).toBe('EUM_CERTIFICATE_INVALID');
    expect(await verify(mixed({ euiccCertificate: (await issueEuicc(ci)).euiccCertificate }))).toBe(
      'EUICC_CERTIFICATE_INVALID',
    );
  });

  it('that reports an error, which the operator is told', async () => {
    const { outcome, session } = await run({ euicc: { cis: [] } });
    const refused = (): unknown => verifyAuthenticateServerResponse(outcome.response, session, now);
    expect(refused).toThrow(EuiccReportedError);
    expect(refused).toThrow(
      expect.objectContaining({
        function: 'AuthenticateServer',
        euiccErrorCode: 7,
        subjectCode: '8.1',
        reasonCode: '6.1',
      }),
    );
  });

  it('any octet of whose answer was changed, and never fails in another way', async () => {
    const { outcome, session } = await good();
    const { response } = outcome;
    fc.assert(
      fc.property(fc.nat(response.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const changed = Uint8Array.from(response);
        changed[position] = (changed[position] ?? 0) ^ flip;
        expect(() => verifyAuthenticateServerResponse(changed, session, now)).toThrow(RspRefusal);
      }),
      { numRuns: 150 },
    );
    expect(await verify(response.subarray(0, 100))).toBe('PARAMETER_INVALID');
  });

  it('though what it signed may say more than this edition knows', async () => {
    const { initiated, session } = await good();
    const signed = EuiccSigned1.encode({
      transactionId: initiated.transactionId,
      serverAddress: smdpAddress,
      serverChallenge: initiated.serverChallenge,
      euiccInfo2: euicc.euiccInfo2,
      ctxParams1: { deviceInfo: ctxParams1.deviceInfo },
      extensions: [hex('8901FF')],
    });
    const response = AuthenticateServerResponse.encode({
      kind: 'authenticateResponseOk',
      value: {
        euiccSigned1: signed,
        euiccSignature1: Buffer.concat([hex('5F3740'), credential.signer(signed)]),
        euiccCertificate: credential.euiccCertificate,
        eumCertificate: credential.eumCertificate,
      },
    });
    expect(verifyAuthenticateServerResponse(response, session, now)).toMatchObject({ eid, matchingId: '' });
  });
});

/** A value made once, when first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
