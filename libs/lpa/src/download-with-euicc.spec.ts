import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Es10bService, Es10cService } from '@tegata/contracts/gsma-rsp-v2';
import { Euicc, euiccServices } from '@tegata/euicc';
import { ensurePki, loadEum, loadManagementKeys, manufactureEuicc } from '@tegata/pki';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { RspRefusal, signerWith } from '@tegata/rsp';
import { connect, createLogger, createServer } from '@tegata/service-kit';
import type { Device } from './common-mutual-authentication.ts';
import { es10bOverApdu, es10cOverApdu } from './es10-over-apdu.ts';
import { es10bOverGrpc, es10cOverGrpc } from './es10-over-grpc.ts';
import { IsdRChannel } from './isd-r-channel.ts';
import { type DeliveryPolicy, deliverNotifications } from './notification-delivery.ts';
import { type DownloadUser, downloadProfile } from './profile-download.ts';
import { deleteProfile, disableProfile, enableProfile, listProfiles, setNickname } from './profile-management.ts';
import { RspSmdp, type WaitingProfile } from './testing/rsp-smdp.ts';

const address = 'rsp.aozora.example';
const device: Device = {
  tac: Uint8Array.of(0, 0x10, 0x10, 1),
  deviceCapabilities: { eutranSupportedRelease: '15.0.0' },
};
const order = { smdpAddress: address, matchingId: 'EVENT-1', smdpOid: '2.999.21' };
const willing: DownloadUser = { consent: async () => 'install' };
const once: DeliveryPolicy = { tries: 1, waitBeforeRetry: async () => {}, mayPass: () => false };

describe('an LPA between a real SM-DP+ and a real eUICC', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tegata-lpa-'));
  const opened: Euicc[] = [];
  let keys: ConstructorParameters<typeof RspSmdp>[0];

  beforeAll(async () => {
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers: [{ name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.21', address }],
      relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
      authentication: { organisation: 'Tegata Identity' },
      operators: [],
    };
    await ensurePki(join(folder, 'pki'), plan, { at: new Date(), random: randomBytes });
    const { dpAuth, dpPb, cis, oid } = await loadManagementKeys(join(folder, 'pki'), 'aozora');
    const auth = { certificate: dpAuth.certificate, signer: signerWith(dpAuth.key) };
    const pb = { certificate: dpPb.certificate, signer: signerWith(dpPb.key) };
    keys = { address, oid, cis, auth, pb };
  });

  afterAll(async () => {
    for (const euicc of opened) await euicc.close();
    rmSync(folder, { recursive: true });
  });

  async function arrange(more: Partial<WaitingProfile> = {}) {
    const made = await manufactureEuicc(await loadEum(join(folder, 'pki')), { random: randomBytes, at: new Date() });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: 'relay.tegata.example' };
    const euicc = await Euicc.manufacture(material, { directory: join(folder, eid) });
    opened.push(euicc);
    const upp = buildProfilePackage(sampleSubscription);
    const smdp = new RspSmdp(keys, { matchingId: 'EVENT-1', iccid: sampleSubscription.iccid, upp, ...more });
    const { es10b, es10c } = euicc;
    const download = (user = willing, what = order) =>
      downloadProfile({ es10b, es10c, es9Plus: smdp, device }, what, user);
    const deliver = () => deliverNotifications({ es10b, serverFor: () => smdp }, once);
    return { euicc, es10b, es10c, smdp, download, deliver };
  }

  it('installs a profile, has its result accepted, and manages the profile to its deletion', async () => {
    const { es10c, smdp, download, deliver } = await arrange();
    const { iccid } = await download();
    expect(iccid).toBe(sampleSubscription.iccid);
    expect(await listProfiles(es10c)).toMatchObject([{ iccid, profileState: 0, profileName: 'Aozora test' }]);

    await enableProfile(es10c, iccid);
    await setNickname(es10c, iccid, 'travel');
    expect(await listProfiles(es10c)).toMatchObject([{ profileState: 1, profileNickname: 'travel' }]);
    await expect(enableProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    await expect(deleteProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    await disableProfile(es10c, iccid);
    await deleteProfile(es10c, iccid);
    expect(await listProfiles(es10c)).toEqual([]);

    expect((await deliver()).every(({ delivered }) => delivered)).toBe(true);
    expect(smdp.outcomes).toEqual(['successResult', 'enable', 'disable', 'delete']);
    expect(await deliver()).toEqual([]);
  });

  it('does the same for an eUICC behind a socket', async () => {
    const { euicc, smdp } = await arrange();
    const address = `unix:${join(folder, 'euicc.sock')}`;
    const server = createServer({
      name: 'euicc',
      logger: createLogger('euicc', { level: 'silent' }),
      listeners: [{ address, security: { kind: 'local' } }],
      services: euiccServices(euicc),
    });
    await server.start();
    const connection = connect({ address, security: { kind: 'local' } });
    try {
      const es10b = es10bOverGrpc(connection.client(Es10bService));
      const es10c = es10cOverGrpc(connection.client(Es10cService));
      const { iccid } = await downloadProfile({ es10b, es10c, es9Plus: smdp, device }, order, willing);
      await enableProfile(es10c, iccid);
      await setNickname(es10c, iccid, 'travel');
      await expect(deleteProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
      expect(await listProfiles(es10c)).toMatchObject([
        { iccid, profileState: 1, profileNickname: 'travel', profileClass: 2 },
      ]);
      await disableProfile(es10c, iccid);
      await deleteProfile(es10c, iccid);
      await expect(enableProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_NOT_FOUND' });
      const deliveries = await deliverNotifications({ es10b, serverFor: () => smdp }, once);
      expect(deliveries.map(({ notification }) => notification.profileManagementOperation)).toEqual([
        ['install'],
        ['enable'],
        ['disable'],
        ['delete'],
      ]);
      const cancelled = downloadProfile({ es10b, es10c, es9Plus: smdp, device }, order, {
        consent: async () => 'postpone',
      });
      await expect(cancelled).rejects.toMatchObject({ code: 'USER_POSTPONED' });
      expect(smdp.outcomes.at(-1)).toBe('postponed');
    } finally {
      connection.close();
      await server.stop();
    }
  });

  it('does the same for an eUICC behind a card interface', async () => {
    const { euicc, smdp } = await arrange();
    const isdR = await IsdRChannel.open((command) => euicc.apdu.transmit(command));
    const es10b = es10bOverApdu(isdR);
    const es10c = es10cOverApdu(isdR);
    const { iccid } = await downloadProfile({ es10b, es10c, es9Plus: smdp, device }, order, willing);
    await enableProfile(es10c, iccid);
    await setNickname(es10c, iccid, 'travel');
    await expect(deleteProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    expect(await listProfiles(es10c)).toMatchObject([
      { iccid, profileState: 1, profileNickname: 'travel', profileClass: 2 },
    ]);
    await disableProfile(es10c, iccid);
    await deleteProfile(es10c, iccid);
    await expect(enableProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_NOT_FOUND' });
    const deliveries = await deliverNotifications({ es10b, serverFor: () => smdp }, once);
    expect(deliveries.map(({ notification }) => notification.profileManagementOperation)).toEqual([
      ['install'],
      ['enable'],
      ['disable'],
      ['delete'],
    ]);
    expect(smdp.outcomes).toEqual(['successResult', 'enable', 'disable', 'delete']);
    const cancelled = downloadProfile({ es10b, es10c, es9Plus: smdp, device }, order, {
      consent: async () => 'postpone',
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'USER_POSTPONED' });
    expect(smdp.outcomes.at(-1)).toBe('postponed');
    await isdR.close();
    await expect(es10b.getEuiccInfo1()).rejects.toMatchObject({ code: 'EUICC_COMMAND_REFUSED' });
  });

  it('brings the signed refusal of a package that a card interface carried, too', async () => {
    const upp = buildProfilePackage(sampleSubscription);
    const { euicc, es10c, smdp } = await arrange({ upp: upp.subarray(0, -4) });
    const es10b = es10bOverApdu(await IsdRChannel.open((command) => euicc.apdu.transmit(command)));
    const download = downloadProfile({ es10b, es10c, es9Plus: smdp, device }, order, willing);
    await expect(download).rejects.toMatchObject({ code: 'INSTALLATION_FAILED' });
    await deliverNotifications({ es10b, serverFor: () => smdp }, once);
    expect(smdp.outcomes).toEqual(['errorResult']);
  });

  it('asks for the confirmation code; a wrong one is refused, the right one installs', async () => {
    const { download } = await arrange({ confirmationCode: '4711' });
    const giving = (code: string) => download({ ...willing, confirmationCode: async () => code });
    await expect(giving('0000')).rejects.toBeInstanceOf(RspRefusal);
    await expect(giving('4711')).resolves.toMatchObject({ iccid: sampleSubscription.iccid });
  });

  it('goes no further with an SM-DP+ that has another OID than the activation code', async () => {
    const { es10c, download } = await arrange();
    const other = { ...order, smdpOid: '2.999.22' };
    await expect(download(willing, other)).rejects.toMatchObject({ code: 'SERVER_OID_MISMATCH' });
    expect(await listProfiles(es10c)).toEqual([]);
  });

  it('tells the SM-DP+ that the user rejected the profile, signed by the eUICC', async () => {
    const { es10c, smdp, download } = await arrange();
    await expect(download({ consent: async () => 'reject' })).rejects.toMatchObject({ code: 'USER_REJECTED' });
    expect(smdp.outcomes).toEqual(['endUserRejection']);
    expect(await listProfiles(es10c)).toEqual([]);
  });

  it('brings the signed refusal of a profile to the SM-DP+', async () => {
    const upp = buildProfilePackage(sampleSubscription);
    const { smdp, download, deliver } = await arrange({ upp: upp.subarray(0, -4) });
    await expect(download()).rejects.toMatchObject({ code: 'INSTALLATION_FAILED' });
    await deliver();
    expect(smdp.outcomes).toEqual(['errorResult']);
  });

  it('leaves an eUICC alone that has the profile already', async () => {
    const { es10c, download } = await arrange();
    await download();
    await expect(download()).rejects.toMatchObject({
      details: { errorReason: 'installFailedDueToIccidAlreadyExistsOnEuicc (9)' },
    });
    expect(await listProfiles(es10c)).toHaveLength(1);
  });
});
