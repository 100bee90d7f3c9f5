import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Euicc } from '@tegata/euicc';
import {
  type Device,
  type DownloadUser,
  deliverNotifications,
  downloadProfile,
  es10aOverApdu,
  es10bOverApdu,
  es10cOverApdu,
  IsdRChannel,
  retrieveEvents,
} from '@tegata/lpa';
import { RspSmdp, type WaitingProfile } from '@tegata/lpa/testing';
import { ensurePki, loadEum, loadManagementKeys, loadRelayKeys, manufactureEuicc, rootsPem } from '@tegata/pki';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { signerWith } from '@tegata/rsp';
import {
  connectRsp,
  es9plus,
  es11UnderEs9plus,
  type RspClient,
  type RspConnection,
  type RspConnectionOptions,
} from '@tegata/rsp-http';
import type { TlsIdentity } from '@tegata/service-kit';
import { type Functions, SRspServer } from './s-rsp-server.ts';

/** Addresses, identifiers and profile of the environment. */
export const SMDP_ADDRESS = 'rsp.aozora.example';
export const SMDS_ADDRESS = 'relay.tegata.example';
export const MATCHING_ID = 'K7-QX2';
export const ICCID = sampleSubscription.iccid;

const device: Device = {
  tac: Uint8Array.of(0, 0x10, 0x10, 1),
  deviceCapabilities: { eutranSupportedRelease: '15.0.0' },
};
const upp = buildProfilePackage(sampleSubscription);

export const willing: DownloadUser = { consent: async () => 'install' };

/** How an LPAd reaches the SM-DP+, other than as usual. */
export interface LpadSettings extends Partial<RspConnectionOptions> {
  /** time for AuthenticateClient alone, in milliseconds: other calls have theirs, however busy the machine */
  readonly patienceMs?: number;
}

/** An SM-DP+ of the environment with its socket. */
export interface ServedSmdp {
  readonly smdp: RspSmdp;
  readonly server: SRspServer;
}

/**
 * The environment of an LPAd in SGP.23: the LPAd under test between a test eUICC, behind its card interface, and S_SM-DP+ and S_SM-DS over HTTPS on real
 * sockets. The certificate issuer is one of its own.
 *
 * Suites are named for the function or the procedure, without an id: those of SGP.23 for its LPAd cases could not be looked up, in public sources either.
 */
export class TeLpad {
  readonly #folder: string;
  readonly #open: { close(): unknown }[] = [];
  readonly #serving: SRspServer[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<TeLpad> {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-sgp23-lpad-'));
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers: [{ name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.10', address: SMDP_ADDRESS }],
      relay: { organisation: 'Tegata', oid: '2.999.15', address: SMDS_ADDRESS },
      authentication: { organisation: 'Tegata Identity' },
      operators: [],
    };
    await ensurePki(folder, plan, { at: new Date(), random: randomBytes });
    return new TeLpad(folder);
  }

  /** A new eUICC, with the LPAd on its logical channel. */
  async lpad() {
    const made = await manufactureEuicc(await loadEum(this.#folder), { random: randomBytes, at: new Date() });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: SMDS_ADDRESS };
    const euicc = await Euicc.manufacture(material, { directory: join(this.#folder, 'euiccs', eid) });
    this.#open.push(euicc);
    const isdR = await IsdRChannel.open((command) => euicc.apdu.transmit(command));
    return { euicc, es10b: es10bOverApdu(isdR), es10c: es10cOverApdu(isdR), es10a: es10aOverApdu(isdR) };
  }

  /** An S_SM-DP+ with one profile, which shows its CERT.DPtls unless something else is given. */
  async smdp(more: Partial<WaitingProfile> = {}, tls?: TlsIdentity): Promise<ServedSmdp> {
    const { dpAuth, dpPb, dpTls, cis, oid } = await loadManagementKeys(this.#folder, 'aozora');
    const auth = { certificate: dpAuth.certificate, signer: signerWith(dpAuth.key) };
    const pb = { certificate: dpPb.certificate, signer: signerWith(dpPb.key) };
    const profile = { matchingId: MATCHING_ID, iccid: ICCID, upp, ...more };
    const smdp = new RspSmdp({ address: SMDP_ADDRESS, oid, cis, auth, pb }, profile);
    const server = await SRspServer.start(tls ?? dpTls, es9plus.functions, smdp as unknown as Functions);
    this.#serving.push(server);
    return { smdp, server };
  }

  /** Functions on the socket of the SM-DS, which shows its CERT.DStls unless something else is given. */
  async smds(functions: Functions, tls?: TlsIdentity): Promise<SRspServer> {
    const { dsTls } = await loadRelayKeys(this.#folder);
    const server = await SRspServer.start(tls ?? dsTls, es11UnderEs9plus.functions, functions);
    this.#serving.push(server);
    return server;
  }

  /** Keys of the SM-DS. */
  smdsKeys() {
    return loadRelayKeys(this.#folder);
  }

  /** ES9+ as the LPAd calls it. */
  async es9plus(server: SRspServer, { patienceMs, ...more }: LpadSettings = {}): Promise<RspClient<typeof es9plus>> {
    const client = (await this.#connect(server, { address: SMDP_ADDRESS, role: 'DPtls', ...more })).client(es9plus);
    if (patienceMs === undefined) return client;
    return {
      ...client,
      authenticateClient: (request, options) =>
        client.authenticateClient(request, { ...options, timeoutMs: patienceMs }),
    };
  }

  /** Profile download by the LPAd with this eUICC, and what the SM-DP+ heard of it. */
  async download(
    { smdp, server }: ServedSmdp,
    user: DownloadUser = willing,
    more: LpadSettings = {},
    lpad?: Awaited<ReturnType<TeLpad['lpad']>>,
  ) {
    const { es10b, es10c } = lpad ?? (await this.lpad());
    const client = await this.es9plus(server, more);
    const order = { smdpAddress: SMDP_ADDRESS, matchingId: MATCHING_ID };
    const outcome = await downloadProfile({ es10b, es10c, es9Plus: client, device }, order, user).then(
      ({ iccid }) => iccid,
      (error: unknown) => error as Error & { readonly code?: string; readonly details?: object },
    );
    const deliver = () =>
      deliverNotifications(
        { es10b, serverFor: () => client },
        { tries: 1, waitBeforeRetry: async () => {}, mayPass: () => true },
      );
    const code = typeof outcome === 'string' ? 'installed' : (outcome.code ?? outcome.message);
    return { outcome, code, deliver, es10b, es10c, heard: () => smdp.outcomes };
  }

  /** Event retrieval by the LPAd. */
  async events(server: SRspServer, eventId = '', more: Partial<RspConnectionOptions> = {}) {
    const connection = await this.#connect(server, { address: SMDS_ADDRESS, role: 'DStls', ...more });
    const { es10b } = await this.lpad();
    return retrieveEvents({ es10b, es11: connection.client(es11UnderEs9plus), device }, SMDS_ADDRESS, eventId);
  }

  async #connect(
    { place }: SRspServer,
    more: Pick<RspConnectionOptions, 'address' | 'role'> & Partial<RspConnectionOptions>,
  ): Promise<RspConnection> {
    const { cis } = await loadManagementKeys(this.#folder, 'aozora');
    const retry = { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 };
    const connection = connectRsp({ connectTo: place, roots: rootsPem(cis), retry, ...more });
    this.#open.push(connection);
    return connection;
  }

  /** Closes what the last test has opened. */
  async rest(): Promise<void> {
    for (const each of this.#open.splice(0)) await each.close();
    for (const each of this.#serving.splice(0)) await each.stop();
  }

  async end(): Promise<void> {
    await this.rest();
    rmSync(this.#folder, { recursive: true });
  }
}
