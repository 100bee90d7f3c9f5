import { randomBytes } from 'node:crypto';
import { Euicc } from '@tegata/euicc';
import { type Device, deliverNotifications, downloadProfile, type Es9Plus } from '@tegata/lpa';
import { type EumMaterial, manufactureEuicc } from '@tegata/pki';
import { ramFolder } from './ram-folder.ts';
import type { DownloadTimes } from './terminal-messages.ts';

const device: Device = { tac: Uint8Array.of(0x35, 0, 0, 0), deviceCapabilities: { eutranSupportedRelease: '15.0.0' } };

/** An eUICC of its own with an LPA: it verifies all it receives, installs it, and delivers the notification. */
export class Terminal {
  private constructor(
    private readonly euicc: Euicc,
    private readonly smdpAddress: string,
    private readonly serversOfDownload: () => () => Es9Plus,
  ) {}

  /** @param serversOfDownload asked at the beginning of a download; what it answers is asked for the replica of each call */
  static async manufacture(
    eum: EumMaterial,
    smdpAddress: string,
    serversOfDownload: () => () => Es9Plus,
  ): Promise<Terminal> {
    const made = await manufactureEuicc(eum, { random: randomBytes, at: new Date() });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: 'relay.tegata.example' };
    return new Terminal(await Euicc.manufacture(material, { directory: ramFolder() }), smdpAddress, serversOfDownload);
  }

  /**
   * Downloads and installs one profile, and has its result acknowledged. The profile makes room for the next one thereafter, untimed and told to
   * nobody, so that a download costs a terminal the same however many came before.
   * @throws what the LPA's procedures throw
   */
  async download(matchingId: string): Promise<DownloadTimes> {
    const { es10b, es10c } = this.euicc;
    let serverMs = 0;
    const timed = measuring(this.serversOfDownload(), (ms) => {
      serverMs += ms;
    });
    const begin = performance.now();
    const order = { smdpAddress: this.smdpAddress, matchingId };
    const { iccid } = await downloadProfile({ es10b, es10c, es9Plus: timed, device }, order, {
      consent: async () => 'install',
    });
    const delivered = await deliverNotifications(
      { es10b, serverFor: () => timed },
      { tries: 1, waitBeforeRetry: async () => {}, mayPass: () => false },
    );
    if (delivered.length !== 1 || !delivered[0]?.delivered) {
      throw new Error('the installation result was not acknowledged', { cause: delivered[0]?.error });
    }
    const wholeMs = performance.now() - begin;
    await es10c.deleteProfile({ kind: 'iccid', value: iccid });
    for (const { seqNumber } of await es10b.listNotification()) await es10b.removeNotificationFromList(seqNumber);
    return { wholeMs, serverMs };
  }

  close(): Promise<void> {
    return this.euicc.close();
  }
}

/** ES9+ that goes to the next replica with each call and tells how long it waited. */
function measuring(next: () => Es9Plus, waited: (ms: number) => void): Es9Plus {
  const timed =
    <Request, Response>(call: (server: Es9Plus) => (request: Request) => Promise<Response>) =>
    async (request: Request): Promise<Response> => {
      const begin = performance.now();
      try {
        return await call(next())(request);
      } finally {
        waited(performance.now() - begin);
      }
    };
  return {
    initiateAuthentication: timed((server) => server.initiateAuthentication),
    authenticateClient: timed((server) => server.authenticateClient),
    getBoundProfilePackage: timed((server) => server.getBoundProfilePackage),
    handleNotification: timed((server) => server.handleNotification),
    cancelSession: timed((server) => server.cancelSession),
  };
}
