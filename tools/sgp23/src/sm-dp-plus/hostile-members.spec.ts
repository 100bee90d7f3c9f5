import { integer, sequence } from '@tegata/der';
import { smdsAddress } from '@tegata/management/testing';
import { NotificationMetadata, OtherSignedNotification, signedData, signObjectNow } from '@tegata/rsp';
import { rawClient } from '@tegata/rsp-http/testing';
import { certificatePem } from '@tegata/x509';
import fc from 'fast-check';
import { statusOf } from '../simulated/function-status.ts';
import { hostileMembers } from '../simulated/hostile-members.ts';
import type { AuthenticateOptions } from '../simulated/s-euicc.ts';
import { TeSmDpPlus } from './te-sm-dp-plus.ts';

const header = { functionRequesterIdentifier: '2.999.1', functionCallIdentifier: 'TX-1' };
const iccid = '8900000000000000000';
const eid = '89049032123451234512345678901235';

/** Requests that are well formed, whatever they are answered. */
const requests: Readonly<Record<string, object>> = {
  'es2plus/downloadOrder': { header, eid, profileType: 'tegata-usim' },
  'es2plus/confirmOrder': {
    header,
    iccid,
    eid,
    matchingId: 'M',
    confirmationCode: '1',
    smdsAddress,
    releaseFlag: true,
  },
  'es2plus/cancelOrder': { header, iccid, eid, matchingId: 'M', finalProfileStatusIndicator: 'Available' },
  'es2plus/releaseProfile': { header, iccid },
  'es9plus/initiateAuthentication': {
    euiccChallenge: 'AAAAAAAAAAAAAAAAAAAAAA==',
    euiccInfo1: 'vyAA',
    smdpAddress: 'a',
  },
  'es9plus/authenticateClient': { transactionId: 'AB', authenticateServerResponse: 'vzgA' },
  'es9plus/getBoundProfilePackage': { transactionId: 'AB', prepareDownloadResponse: 'vyEA' },
  'es9plus/handleNotification': { pendingNotification: 'vzcA' },
  'es9plus/cancelSession': { transactionId: 'AB', cancelSessionResponse: 'v0EA' },
};

/** Every function of an SM-DP+, over HTTPS, with a real Postgres behind it. */
describe('members that nobody should write', () => {
  let te: TeSmDpPlus;
  let clients: Readonly<Record<'es2plus' | 'es9plus', ReturnType<typeof rawClient>>>;

  beforeAll(async () => {
    te = await TeSmDpPlus.start();
    await te.stock();
    const tls = { ca: certificatePem(te.ci.certificate), servername: te.address };
    const { certificateChain, privateKey } = te.operator;
    clients = {
      es2plus: rawClient(te.served.es2plus, 'http/1.1', {
        ...tls,
        cert: String(certificateChain),
        key: String(privateKey),
      }),
      es9plus: rawClient(te.served.es9plus[0] ?? '', 'http/1.1', tls),
    };
  });
  afterAll(async () => {
    for (const each of Object.values(clients)) each.close();
    await te.close();
  });

  test.each(Object.entries(requests))(
    '%s: are refused as what they are, never as a fault of the server',
    async (path, good) => {
      const client = clients[path.startsWith('es2plus') ? 'es2plus' : 'es9plus'];
      const names = Object.keys(good).filter((name) => name !== 'header');
      await fc.assert(
        fc.asyncProperty(hostileMembers(names), async (members) => {
          const { status, body } = await client.send({
            path: `/gsma/rsp2/${path}`,
            body: JSON.stringify({ ...good, ...members }),
          });
          const codes = body === '' ? {} : JSON.parse(body).header.functionExecutionStatus;
          expect(status).toBeLessThan(300);
          expect(codes.statusCodeData?.reasonCode).not.toBe('4.2');
        }),
        { numRuns: 60 },
      );
    },
  );

  test.each(['A\0B', 'A\ud800', '\udc00B'])(
    '%j: is refused as a text that can not be stored, and nothing is changed',
    async (text) => {
      const stocked = await te.stock();
      const answered = async (name: string, members: object) => {
        const { body } = await clients.es2plus.send({
          path: `/gsma/rsp2/es2plus/${name}`,
          body: JSON.stringify({ header, ...members }),
        });
        const { status, statusCodeData } = JSON.parse(body).header.functionExecutionStatus;
        return statusCodeData ? `${statusCodeData.subjectCode}/${statusCodeData.reasonCode}` : status;
      };
      expect(await answered('downloadOrder', { profileType: text })).toBe('1.6/2.1');
      expect(await answered('downloadOrder', { iccid: stocked, eid })).toBe('Executed-Success');
      const order = { iccid: stocked, releaseFlag: true };
      expect(await answered('confirmOrder', { ...order, matchingId: text })).toBe('1.6/2.1');
      expect(await answered('confirmOrder', { ...order, confirmationCode: text })).toBe('1.6/2.1');
      expect(await answered('confirmOrder', { ...order, smdsAddress: text })).toBe('1.6/2.1');
      expect(await te.stateOf(stocked)).toBe('LINKED');
      expect(
        await answered('cancelOrder', { iccid: stocked, matchingId: text, finalProfileStatusIndicator: 'Available' }),
      ).toBe('1.6/2.1');
    },
  );
});

/** An eUICC that a CI vouches for, and that is out of order or in the wrong hands. */
describe('what no eUICC should sign', () => {
  let te: TeSmDpPlus;
  beforeAll(async () => {
    te = await TeSmDpPlus.start();
  });
  afterAll(() => te.close());

  const authenticated = async (options: AuthenticateOptions) =>
    statusOf(te.lpad.authenticateClient((await te.authenticated(options)).request));

  test.each(['\0', 'A\0B', 'M'.repeat(255)])('%j: is a matching id that nothing has', async (matchingId) => {
    expect(await authenticated({ matchingId })).toBe('8.2.6/3.8');
  });

  test.each(['82', '8104', '00', '8401', 'ff'.repeat(64)])(
    '%s: says nothing of the room on an eUICC',
    async (octets) => {
      const { matchingId } = await te.order();
      const extCardResource = Buffer.from(octets, 'hex');
      expect(await authenticated({ matchingId, euiccInfo2: { extCardResource } })).toBe('1.6/2.1');
    },
  );

  test('rules that nobody knows forbid none that is known', async () => {
    const { iccid, matchingId } = await te.order();
    await te.test.context.prisma.profile.update({ where: { iccid }, data: { policyRules: 0b110 } });
    const forbidden = (rules: readonly ('ppr1' | `bit${number}`)[]) =>
      authenticated({ matchingId, euiccInfo2: { forbiddenProfilePolicyRules: rules } });
    expect(await forbidden(['ppr1'])).toBe('8.2.5/4.3');
    expect(await forbidden(['bit7', 'bit33', 'bit1023'])).toBe('Executed-Success');
  });

  test.each([
    [2 ** 31 - 1, 'Executed-Success'],
    [2 ** 31, '1.6/2.1'],
    [Number.MAX_SAFE_INTEGER, '1.6/2.1'],
  ])('a notification of the number %d is answered %s', async (seqNumber, status) => {
    const metadata = sequence(0xbf2f, { ...NotificationMetadata.fields, seqNumber: integer(0x80) }).encode({
      seqNumber,
      profileManagementOperation: ['enable'],
      notificationAddress: te.address,
      iccid,
    });
    const { signer, card } = te.euicc1;
    const notification = OtherSignedNotification.encode({
      tbsOtherNotification: metadata,
      euiccNotificationSignature: signObjectNow(signer, signedData.euiccNotificationSignature(metadata)),
      euiccCertificate: card.euiccCertificate.raw,
      eumCertificate: card.eumCertificate.raw,
    });
    const pendingNotification = Buffer.from(notification);
    expect(await statusOf(te.lpad.handleNotification({ pendingNotification }))).toBe(status);
  });

  test('reasons that nobody knows end sessions and installations as known ones do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.maxSafeInteger(), fc.maxSafeInteger(), async (one, other) => {
        const [installing, cancelling] = [await te.order(), await te.order()];
        const offer = await te.authenticate({ matchingId: installing.matchingId });
        await te.bind(offer);
        const failure = { bppCommandId: one, errorReason: other };
        const pendingNotification = te.installationResult(offer, installing.iccid, failure);
        expect(await statusOf(te.lpad.handleNotification({ pendingNotification }))).toBe('Executed-Success');
        const cancelled = te.cancelled(await te.authenticate({ matchingId: cancelling.matchingId }), one);
        expect(await statusOf(te.lpad.cancelSession(cancelled))).toBe('Executed-Success');
      }),
      { numRuns: 10 },
    );
  });
});
