import {
  ApplicationKind,
  ApplicationsService,
  CertificateStoreService,
  LocalAuthenticationService,
} from '@tegata/contracts/euicc-v1';
import {
  ApduService,
  Es10aService,
  Es10bService,
  Es10cService,
  NotificationEvent,
  ProfileClass,
  ProfileResult,
  ProfileState,
} from '@tegata/contracts/gsma-rsp-v2';
import { GetRatResponse, LoadCRLResponse, splitBoundProfilePackage, toHex } from '@tegata/rsp';
import { type Loopback, startLoopback } from '@tegata/service-kit/testing';
import type { Euicc } from '../euicc.ts';
import { installationOutcome } from '../testing/results.ts';
import { revocationList } from '../testing/revocation-list.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { EID, NOW, newEuicc } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors } from '../testing/vectors.ts';
import { euiccServices } from './euicc-services.ts';

const { iccid: ICCID } = SUBSCRIPTION;

describeWithVectors('services of the eUICC', () => {
  let euicc: Euicc;
  let loopback: Loopback;
  const client = () => {
    const connection = loopback.asLocal();
    return {
      es10a: connection.client(Es10aService),
      es10b: connection.client(Es10bService),
      es10c: connection.client(Es10cService),
      apdu: connection.client(ApduService),
      localAuthentication: connection.client(LocalAuthenticationService),
      certificateStore: connection.client(CertificateStoreService),
      applications: connection.client(ApplicationsService),
    };
  };

  beforeAll(async () => {
    ({ euicc } = await newEuicc());
    loopback = await startLoopback(euiccServices(euicc));
  });
  afterAll(() => loopback.close());

  it('carry revocation lists, the rules table, chosen elements of profiles, and what is installed', async () => {
    const { es10b, es10c, applications } = client();
    const loadCrlRequest = Buffer.from(await revocationList([], { part: { number: 1, total: 2 } }));
    const { loadCrlResponse } = await es10b.loadCrl({ loadCrlRequest });
    expect(LoadCRLResponse.decode(loadCrlResponse).value).toMatchObject({ missingParts: [{ number: 2 }] });
    const { getRatResponse } = await es10b.getRat({});
    expect(GetRatResponse.decode(getRatResponse).rat).toMatchObject([{ pprIds: ['ppr1', 'ppr2'] }]);
    const profileInfoListRequest = Buffer.from('BF2D00', 'hex');
    const { profileInfoListResponse } = await es10c.getProfileInfoList({ profileInfoListRequest });
    expect(toHex(profileInfoListResponse)).toBe('BF2D02A000');
    const listed = (await applications.listApplications({})).applications;
    expect(listed.map(({ aid, kind }) => [toHex(aid), kind])).toEqual([
      ['A0000005591010FFFFFFFF8900000100', ApplicationKind.ISD_R],
      ['A0000005591010FFFFFFFF8900000200', ApplicationKind.ECASD],
    ]);
  });

  it('carry a download, the management of the profile and its notifications', async () => {
    const { es10b, es10c, apdu } = client();
    const smdp = new TestSmdp();
    const bpp = await smdp.deliver(euicc, subscriptionPackage(), metadataFor(ICCID));
    const pieces = splitBoundProfilePackage(bpp).map((piece) => ({ piece: Buffer.from(piece) }));
    const { profileInstallationResult } = await es10b.loadBoundProfilePackage(pieces);
    expect(installationOutcome(profileInstallationResult)).toBe('installed');

    const profile = { identifier: { $case: 'iccid', value: ICCID } } as const;
    expect(await es10c.enableProfile({ profile, refreshFlag: true })).toEqual({ result: ProfileResult.OK });
    expect(await es10c.enableProfile({ profile, refreshFlag: true })).toEqual({ result: ProfileResult.WRONG_STATE });
    expect(await es10c.setNickname({ iccid: ICCID, profileNickname: 'home' })).toEqual({ result: ProfileResult.OK });
    expect((await es10c.getProfilesInfo({})).profiles).toMatchObject([
      {
        iccid: ICCID,
        profileState: ProfileState.ENABLED,
        profileNickname: 'home',
        profileClass: ProfileClass.OPERATIONAL,
        serviceProviderName: 'Aozora Mobile',
      },
    ]);
    const { response } = await apdu.transmit({ command: Buffer.from('00A40004023F0000', 'hex') });
    expect(toHex(response)).toMatch(/^62.*9000$/);
    expect(toHex((await apdu.reset({})).atr)).toMatch(/^3B/);

    const { notifications } = await es10b.listNotification({ event: NotificationEvent.UNSPECIFIED });
    expect(notifications.map(({ seqNumber, event, iccid }) => [seqNumber, event, iccid])).toEqual([
      [1, NotificationEvent.INSTALL, ICCID],
      [2, NotificationEvent.ENABLE, ICCID],
    ]);
    const one = await es10b.retrieveNotificationsList({ searchCriteria: { $case: 'seqNumber', value: 1 } });
    expect(one.pendingNotifications.map(toHex)).toEqual([toHex(profileInstallationResult)]);
    await es10b.removeNotificationFromList({ seqNumber: 1 });
    await expect(es10b.removeNotificationFromList({ seqNumber: 1 })).rejects.toMatchObject({
      status: 'NOT_FOUND',
      reason: 'NOTIFICATION_NOT_FOUND',
    });
    expect(await es10c.disableProfile({ profile, refreshFlag: true })).toEqual({ result: ProfileResult.OK });
    expect(await es10c.deleteProfile({ profile })).toEqual({ result: ProfileResult.OK });
    expect(await es10c.deleteProfile({ profile })).toEqual({ result: ProfileResult.NOT_FOUND });
  });

  it('answer with a reason what SGP.22 has no result for', async () => {
    const { es10b } = client();
    const piece = Buffer.alloc(10);
    await expect(es10b.loadBoundProfilePackage([{ piece }])).rejects.toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'DOWNLOAD_NOT_PREPARED',
    });
    const smdp = new TestSmdp();
    const bpp = await smdp.deliver(euicc, subscriptionPackage(), metadataFor(ICCID));
    const [first = bpp] = splitBoundProfilePackage(bpp);
    await expect(es10b.loadBoundProfilePackage([{ piece: Buffer.from(first) }])).rejects.toMatchObject({
      status: 'INVALID_ARGUMENT',
      reason: 'PACKAGE_INCOMPLETE',
    });
    await expect(es10b.prepareDownload({ prepareDownloadRequest: Buffer.alloc(8) })).rejects.toMatchObject({
      status: 'INVALID_ARGUMENT',
      reason: 'MESSAGE_MALFORMED',
    });
    await expect(es10b.cancelSession({ cancelSessionRequest: Buffer.alloc(8) })).rejects.toMatchObject({
      reason: 'MESSAGE_MALFORMED',
    });
  });

  it('tell of the eUICC and its addresses', async () => {
    const { es10a, es10b, es10c } = client();
    expect(await es10c.getEid({})).toEqual({ eid: EID });
    expect(toHex((await es10b.getEuiccInfo1({})).euiccInfo1)).toMatch(/^BF20/);
    expect(toHex((await es10b.getEuiccInfo2({})).euiccInfo2)).toMatch(/^BF22/);
    expect((await es10b.getEuiccChallenge({})).euiccChallenge).toHaveLength(16);
    await es10a.setDefaultDpAddress({ defaultDpAddress: 'smdp.example' });
    const addresses = { defaultDpAddress: 'smdp.example', rootDsAddress: 'rootsmds.example.com' };
    expect(await es10a.getEuiccConfiguredAddresses({})).toEqual(addresses);
    const reset = { deleteOperationalProfiles: false, deleteFieldLoadedTestProfiles: false };
    expect(await es10c.euiccMemoryReset({ ...reset, resetDefaultSmdpAddress: true })).toEqual({ erased: true });
    expect(await es10c.euiccMemoryReset({ ...reset, resetDefaultSmdpAddress: true })).toEqual({ erased: false });
    expect((await es10a.getEuiccConfiguredAddresses({})).defaultDpAddress).toBe('');
  });

  it('carry local authentication, and write no password to the log', async () => {
    const { localAuthentication, certificateStore } = client();
    const binding = { contractId: Buffer.alloc(16, 1), nonce: Buffer.alloc(32, 2), carrierOid: '2.999.21' };
    await expect(localAuthentication.verifyPassword({ password: 'x' })).rejects.toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'LOCAL_AUTHENTICATION_NOT_REGISTERED',
    });
    const registered = { password: 'a long secret', currentPassword: '' };
    const { resetCode } = await localAuthentication.registerPassword(registered);
    expect(resetCode).toMatch(/^\d{16}$/);
    expect(await localAuthentication.verifyPassword({ password: 'wrong' })).toEqual({ success: false, triesLeft: 4 });
    const attempt = await localAuthentication.authenticate({ password: 'a long secret', binding, time: NOW });
    expect([attempt.success, attempt.triesLeft]).toEqual([true, 5]);
    expect(toHex(attempt.assertion)).toMatch(/^FF54/);
    expect(await localAuthentication.getStatus({})).toEqual({ passwordRegistered: true, triesLeft: 5 });
    await expect(localAuthentication.registerPassword(registered)).rejects.toMatchObject({
      status: 'PERMISSION_DENIED',
      reason: 'LOCAL_AUTHENTICATION_FAILED',
    });
    expect(await certificateStore.getCertificateStatus({})).toEqual({ stored: false });
    await expect(certificateStore.releaseCertificate({ contractId: binding.contractId })).rejects.toMatchObject({
      status: 'NOT_FOUND',
      reason: 'NO_CERTIFICATE',
    });
    await expect(certificateStore.storeCertificate({ issuedCertificate: Buffer.alloc(64, 1) })).rejects.toMatchObject({
      reason: 'CERTIFICATE_NOT_FOR_THIS_EUICC',
    });
    const unlocked = { resetCode, newPassword: 'another secret' };
    expect((await localAuthentication.unlockWithResetCode(unlocked)).resetCode).not.toBe(resetCode);
    await localAuthentication.resetMemory({});
    const log = JSON.stringify(loopback.log);
    for (const secret of ['a long secret', 'another secret', resetCode]) expect(log).not.toContain(secret);
  });
});
