import { ServerSigned1 } from '@tegata/rsp';
import { certificatePem } from '@tegata/x509';
import { issueTlsServer, negativeTlsServers, newTestCi } from '@tegata/x509/testing';
import { tlsServer } from '../simulated/tls-server.ts';
import { type Attack, sendJson } from './s-rsp-server.ts';
import { ICCID, MATCHING_ID, SMDP_ADDRESS, TeLpad, willing } from './te-lpad.ts';

let te: TeLpad;
beforeAll(async () => {
  te = await TeLpad.create();
});
afterEach(() => te.rest());
afterAll(() => te.end());

/** Answers that are none, as anything that listens on a port may give them. */
const noAnswers: readonly (readonly [string, Attack])[] = [
  ['no HTTP', (response) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ['no JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"header":')],
  [
    'no UTF-8',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.of(0xff, 0xfe)),
  ],
  [
    'another content type',
    (response, honest) => response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(honest)),
  ],
  ['a redirection', (response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end()],
  ['no member', (response, { header }) => sendJson(response, { header })],
  [
    'a body without end',
    (response) => {
      const more = () => {
        while (response.writable && response.write(Buffer.alloc(65_536, 0x20)));
      };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .on('drain', more)
        .on('error', () => {});
      more();
    },
  ],
];
const slowDrip: Attack = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(drip)).on('error', () => {});
};
/** The honest answer, with some members put in their place. */
const changed =
  (change: (honest: Readonly<Record<string, unknown>>) => object): Attack =>
  (response, honest) =>
    sendJson(response, { ...honest, ...change(honest) });
const octetsOf = (member: unknown) => Buffer.from(String(member), 'base64');

describe('LPAd, ES9+.InitiateAuthentication', () => {
  it('sends the members and headers of the function, and nothing else', async () => {
    const served = await te.smdp();
    expect((await te.download(served)).outcome).toBe(ICCID);
    const [first] = served.server.received;
    expect(first?.headers).toMatchObject({
      'user-agent': 'gsma-rsp-lpad',
      'x-admin-protocol': expect.stringMatching(/^gsma\/rsp\/v2\.[0-9]+\.[0-9]+$/),
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(Object.keys(first?.members ?? {}).sort()).toEqual(['euiccChallenge', 'euiccInfo1', 'smdpAddress']);
    expect(octetsOf(first?.members.euiccChallenge)).toHaveLength(16);
    expect(first?.members.smdpAddress).toBe(SMDP_ADDRESS);
  });

  it.each(noAnswers)('ends at %s, before the eUICC has heard of the server', async (_what, attack) => {
    const served = await te.smdp();
    served.server.attacks.set('initiateAuthentication', attack);
    const { code, heard } = await te.download(served, willing, { maxAnswerOctets: 100_000 });
    expect(code).toBe('SERVER_ANSWER_MALFORMED');
    expect(served.server.called).toEqual(['initiateAuthentication']);
    expect(heard()).toEqual([]);
  });

  it('ends at a server that says it is another one', async () => {
    const served = await te.smdp();
    const attack = changed(({ serverSigned1 }) => {
      const { transactionId, euiccChallenge, serverChallenge } = ServerSigned1.decode(octetsOf(serverSigned1));
      const signed = { transactionId, euiccChallenge, serverChallenge, serverAddress: 'rsp.minato.example' };
      return { serverSigned1: Buffer.from(ServerSigned1.encode(signed)).toString('base64') };
    });
    served.server.attacks.set('initiateAuthentication', attack);
    expect((await te.download(served)).code).toBe('SERVER_ADDRESS_MISMATCH');
  });

  it('ends at a transactionId other than the one that was signed', async () => {
    const served = await te.smdp();
    served.server.attacks.set(
      'initiateAuthentication',
      changed(() => ({ transactionId: 'AB'.repeat(16) })),
    );
    expect((await te.download(served)).code).toBe('TRANSACTION_ID_MISMATCH');
  });

  it('brings the refusal of the eUICC to the server that replays what it signed in another session', async () => {
    const served = await te.smdp();
    let earlier: object | undefined;
    served.server.attacks.set('initiateAuthentication', (response, honest) => {
      earlier ??= honest;
      sendJson(response, earlier);
    });
    expect((await te.download(served)).code).toBe('installed');
    const { outcome } = await te.download(served);
    expect(outcome).toMatchObject({
      code: 'EUICC_REFUSED_SERVER',
      details: { authenticateErrorCode: expect.stringMatching(/euiccChallengeMismatch/) },
    });
    expect(served.server.called.at(-1)).toBe('authenticateClient');
  });
});

describe('LPAd, ES9+.AuthenticateClient', () => {
  it('sends what the eUICC has signed, for the transaction of the server', async () => {
    const served = await te.smdp();
    await te.download(served);
    const [, second] = served.server.received;
    expect(Object.keys(second?.members ?? {}).sort()).toEqual(['authenticateServerResponse', 'transactionId']);
    expect(second?.members.transactionId).toMatch(/^[0-9A-F]{32}$/);
    expect(octetsOf(second?.members.authenticateServerResponse).includes(MATCHING_ID)).toBe(true);
  });

  it('tells the refusal of the SM-DP+ with its codes, and cancels nothing', async () => {
    const served = await te.smdp({ matchingId: 'OTHER' });
    const { outcome } = await te.download(served);
    expect(outcome).toMatchObject({
      code: 'MATCHING_ID_REFUSED',
      metadata: { subjectCode: '8.2.6', reasonCode: '3.8' },
    });
    expect(served.server.called).toEqual(['initiateAuthentication', 'authenticateClient']);
  });

  it('takes a refusal that has no codes for one, and cancels nothing', async () => {
    const served = await te.smdp();
    const attack: Attack = (response) =>
      sendJson(response, { header: { functionExecutionStatus: { status: 'Failed' } } });
    served.server.attacks.set('authenticateClient', attack);
    const { outcome } = await te.download(served);
    expect(outcome).toMatchObject({ code: 'RSP_REFUSAL', message: 'The server refused, and does not say why.' });
    expect(served.server.called).toEqual(['initiateAuthentication', 'authenticateClient']);
  });

  it.each(noAnswers)('cancels the session as undefinedReason after %s', async (_what, attack) => {
    const served = await te.smdp();
    served.server.attacks.set('authenticateClient', attack);
    const { code, heard } = await te.download(served, willing, { maxAnswerOctets: 100_000 });
    expect(code).toBe('SERVER_ANSWER_MALFORMED');
    expect(heard()).toEqual(['undefinedReason']);
  });

  it('cancels the session as timeout after an answer that drips', async () => {
    const served = await te.smdp();
    served.server.attacks.set('authenticateClient', slowDrip);
    const { code, heard } = await te.download(served, willing, { patienceMs: 100 });
    expect(code).toBe('DEADLINE_EXCEEDED');
    expect(heard()).toEqual(['timeout']);
  });

  it('cancels the session as undefinedReason after an answer for another one', async () => {
    const served = await te.smdp();
    served.server.attacks.set(
      'authenticateClient',
      changed(() => ({ transactionId: 'AB'.repeat(16) })),
    );
    const { code, heard } = await te.download(served);
    expect(code).toBe('TRANSACTION_ID_MISMATCH');
    expect(heard()).toEqual(['undefinedReason']);
  });
});

describe('LPAd, ES9+.GetBoundProfilePackage', () => {
  it('sends what the eUICC has prepared, and loads what comes', async () => {
    const served = await te.smdp();
    expect((await te.download(served)).code).toBe('installed');
    const [, , third] = served.server.received;
    expect(Object.keys(third?.members ?? {}).sort()).toEqual(['prepareDownloadResponse', 'transactionId']);
  });

  it('proves the confirmation code; a wrong one is told with the codes of the SM-DP+', async () => {
    const served = await te.smdp({ confirmationCode: '4711' });
    const giving = (code: string) => te.download(served, { ...willing, confirmationCode: async () => code });
    expect((await giving('0000')).outcome).toMatchObject({ metadata: { subjectCode: '8.2.7', reasonCode: '3.8' } });
    expect((await giving('4711')).code).toBe('installed');
    expect(JSON.stringify(served.server.received)).not.toContain('4711');
  });

  it.each(noAnswers)('cancels the session as undefinedReason after %s', async (_what, attack) => {
    const served = await te.smdp();
    served.server.attacks.set('getBoundProfilePackage', attack);
    const { code, es10c, heard } = await te.download(served, willing, { maxAnswerOctets: 100_000 });
    expect(code).toBe('SERVER_ANSWER_MALFORMED');
    expect(heard()).toEqual(['undefinedReason']);
    expect(await es10c.getProfilesInfo()).toEqual([]);
  });

  it('cancels the session as loadBppExecutionError after a package that is none', async () => {
    const served = await te.smdp();
    const attack = changed(({ boundProfilePackage }) => ({
      boundProfilePackage: octetsOf(boundProfilePackage).subarray(0, -1).toString('base64'),
    }));
    served.server.attacks.set('getBoundProfilePackage', attack);
    const { code, heard } = await te.download(served);
    expect(code).toBe('PACKAGE_NOT_LOADABLE');
    expect(heard()).toEqual(['loadBppExecutionError']);
  });

  it('cancels the session as metadataMismatch where the user was shown another profile', async () => {
    const served = await te.smdp();
    const attack = changed(({ profileMetadata }) => {
      const octets = octetsOf(profileMetadata);
      octets.write('Free!!', octets.indexOf('Aozora'));
      return { profileMetadata: octets.toString('base64') };
    });
    served.server.attacks.set('authenticateClient', attack);
    const { code, es10c, heard } = await te.download(served);
    expect(code).toBe('METADATA_MISMATCH');
    expect(heard()).toEqual(['metadataMismatch']);
    expect(await es10c.getProfilesInfo()).toEqual([]);
  });

  it('brings the signed refusal of a package that is for another eUICC', async () => {
    const served = await te.smdp();
    let others: unknown;
    served.server.attacks.set('getBoundProfilePackage', (response, honest) => {
      others ??= honest.boundProfilePackage;
      sendJson(response, { ...honest, boundProfilePackage: others });
    });
    expect((await te.download(served)).code).toBe('installed');
    const { code, es10c, deliver, heard } = await te.download(served);
    expect(code).toBe('INSTALLATION_FAILED');
    expect(await es10c.getProfilesInfo()).toEqual([]);
    await deliver();
    expect(heard()).toEqual(['errorResult']);
  });
});

describe('LPAd, ES9+.CancelSession', () => {
  it.each([
    ['rejects the profile', { consent: async () => 'reject' as const }, 'endUserRejection'],
    ['puts it off', { consent: async () => 'postpone' as const }, 'postponed'],
    ['does not answer', { consent: () => new Promise<never>(() => {}), answerWithinMs: 1 }, 'timeout'],
    ['does not want its policy rules', { consent: async () => 'policy-rules-not-allowed' as const }, 'pprNotAllowed'],
  ])('tells that the user %s', async (_what, user, reason) => {
    const served = await te.smdp();
    const { es10c, heard } = await te.download(served, user);
    expect(heard()).toEqual([reason]);
    expect(served.server.called.at(-1)).toBe('cancelSession');
    expect(await es10c.getProfilesInfo()).toEqual([]);
  });

  it('ends the download all the same where the SM-DP+ does not take it', async () => {
    const served = await te.smdp();
    served.server.attacks.set('cancelSession', (response) => response.writeHead(500).end());
    expect((await te.download(served, { consent: async () => 'reject' })).code).toBe('USER_REJECTED');
  });
});

describe('LPAd, ES9+.HandleNotification', () => {
  it('delivers the result of the installation, and removes it from the eUICC when it was taken', async () => {
    const served = await te.smdp();
    const { es10b, deliver, heard } = await te.download(served);
    expect(await deliver()).toMatchObject([{ delivered: true }]);
    expect(heard()).toEqual(['successResult']);
    expect(await es10b.listNotification()).toEqual([]);
  });

  it('keeps it where it was not taken, and delivers it later', async () => {
    const served = await te.smdp();
    const { es10b, deliver } = await te.download(served);
    served.server.attacks.set('handleNotification', (response) => response.writeHead(503).end());
    expect(await deliver()).toMatchObject([{ delivered: false }]);
    expect(await es10b.listNotification()).toHaveLength(1);
    served.server.attacks.clear();
    expect(await deliver()).toMatchObject([{ delivered: true }]);
    expect(await es10b.listNotification()).toEqual([]);
  });
});

describe('LPAd, TLS of ES9+', () => {
  it('talks to a server that shows a CERT.DPtls in which nothing is wrong', async () => {
    const ci = await newTestCi();
    const served = await te.smdp({}, tlsServer(await issueTlsServer('DPtls', ci, SMDP_ADDRESS)));
    expect((await te.download(served, willing, { roots: certificatePem(ci.certificate) })).code).toBe('installed');
  });

  it.each(negativeTlsServers('DPtls'))('says nothing to a server with a certificate $fault', async (negative) => {
    const ci = await newTestCi();
    const served = await te.smdp({}, tlsServer(await negative.issue(ci, SMDP_ADDRESS)));
    const { code } = await te.download(served, willing, { roots: certificatePem(ci.certificate) });
    expect(code).toBe(negative.answer);
    expect(served.server.received).toEqual([]);
  });

  it('says nothing to an SM-DS that stands in for the SM-DP+', async () => {
    const ci = await newTestCi();
    const served = await te.smdp({}, tlsServer(await issueTlsServer('DStls', ci, SMDP_ADDRESS)));
    const { code } = await te.download(served, willing, { roots: certificatePem(ci.certificate) });
    expect(code).toBe('SERVER_ROLE_WRONG');
    expect(served.server.received).toEqual([]);
  });
});
