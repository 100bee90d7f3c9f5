import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import { rootsPem } from '@tegata/pki';
import {
  Deployment,
  makeSmDs,
  owners,
  type ServedSmDs,
  serveSmDs,
  smDsAddress,
  type TestSmDs,
} from '@tegata/relay/testing';
import {
  connectRsp,
  es11,
  es11UnderEs9plus,
  es12,
  es15,
  fingerprintOf,
  type RspClient,
  type RspConnection,
} from '@tegata/rsp-http';
import type { TlsIdentity } from '@tegata/service-kit';
import { type Certificate, type Curve, eidWithCheckDigits } from '@tegata/x509';
import { euiccSubject, iin, issueChainUnder, issueTlsClient, type TestCi } from '@tegata/x509/testing';
import { type AuthenticateOptions, SEuicc } from '../simulated/s-euicc.ts';
import { shownBy } from '../simulated/tls-client.ts';

/** An alternative SM-DS, as a root SM-DS knows it. */
const alternative = { address: 'smds.alternative.example', owner: 'relay/alternative' };

/** What further clients of a listener are pinned. */
export type FurtherClients = (ci: TestCi) => Promise<readonly Certificate[]>;

/**
 * TE_S of SGP.23: an SM-DS under test, with the S_LPAd on ES11, two S_SM-DP+ on ES12, and an alternative SM-DS on ES15, all over HTTPS with
 * real TLS on loopback.
 */
export class TeSmDs {
  readonly #connections: RspConnection[] = [];
  readonly es11: RspClient<typeof es11>;
  readonly es11UnderEs9plus: RspClient<typeof es11UnderEs9plus>;
  /** ES12 as the first and the second S_SM-DP+ call it. */
  readonly es12: readonly [RspClient<typeof es12>, RspClient<typeof es12>];
  readonly es15: RspClient<typeof es15>;
  readonly euicc1: SEuicc;
  readonly euicc2: SEuicc;

  private constructor(
    readonly deployment: Deployment,
    readonly smDs: TestSmDs,
    readonly served: ServedSmDs,
    readonly ci: TestCi,
    clients: readonly [TlsIdentity, TlsIdentity, TlsIdentity],
    euiccs: readonly [SEuicc, SEuicc],
  ) {
    const lpad = this.connect('lpa');
    this.es11 = lpad.client(es11);
    this.es11UnderEs9plus = lpad.client(es11UnderEs9plus);
    const [first, second, other] = clients;
    this.es12 = [this.connect('es12', first).client(es12), this.connect('es12', second).client(es12)];
    this.es15 = this.connect('es15', other).client(es15);
    [this.euicc1, this.euicc2] = euiccs;
  }

  /**
   * @param options.curve of the CI, and so of all certificates
   * @param options.further certificates that are pinned beside those of the S_SM-DP+ and the alternative SM-DS
   * @param options.forwards whether the SM-DS has a root SM-DS
   */
  static async start({
    further = async () => [],
    forwards = false,
    curve = 'P-256',
  }: {
    readonly further?: FurtherClients;
    readonly forwards?: boolean;
    readonly curve?: Curve;
  } = {}): Promise<TeSmDs> {
    const deployment = await Deployment.make(curve);
    const ci = await deployment.ci();
    const smDs = await makeSmDs(deployment, {
      eventOwners: [...owners, alternative],
      ...(forwards && { rootSmDs: { wake: () => undefined } }),
    });
    const [first, second, other] = [
      await issueTlsClient('DPtls', ci),
      await issueTlsClient('DPtls', ci),
      await issueTlsClient('DStls', ci),
    ];
    const more = (await further(ci)).map((certificate) => [owners[0].owner, certificate] as const);
    const listener = (serves: 'es12' | 'es15', clients: readonly (readonly [string, Certificate])[]) => ({
      serves: [serves],
      clientRoots: join(deployment.folder, 'rsp/ci/certificate.pem'),
      clients: clients.map(([caller, { raw }]) => {
        const [role, name] = caller.split('/') as ['management' | 'relay', string];
        return { caller: { role, name }, sha256: fingerprintOf(raw) };
      }),
    });
    const served = await serveSmDs(smDs.context, deployment.keys, [
      { serves: ['es11'] },
      listener('es12', [[owners[0].owner, first.certificate], [owners[1].owner, second.certificate], ...more]),
      listener('es15', [[alternative.owner, other.certificate], ...more]),
    ]);
    const eid2 = eidWithCheckDigits(`${iin}9999999999999999999999`);
    const card2 = await issueChainUnder(ci, { euicc: { subject: euiccSubject(eid2) } });
    const euiccs = [new SEuicc(await issueChainUnder(ci), [ci]), new SEuicc({ ...card2, eid: eid2 }, [ci])] as const;
    const identities = [first, second, other]
      .map(shownBy)
      .map(({ cert, key }) => ({ certificateChain: cert, privateKey: key }));
    return new TeSmDs(deployment, smDs, served, ci, identities as [TlsIdentity, TlsIdentity, TlsIdentity], euiccs);
  }

  readonly address = smDsAddress;

  /** `host:port` of a listener. */
  listener(name: 'lpa' | 'es12' | 'es15'): string {
    return this.served.addresses[['lpa', 'es12', 'es15'].indexOf(name)] ?? '';
  }

  get roots(): string {
    return rootsPem([this.ci.certificate]).toString();
  }

  private connect(listener: 'lpa' | 'es12' | 'es15', identity?: TlsIdentity): RspConnection {
    const connection = connectRsp({
      address: this.address,
      connectTo: this.listener(listener),
      roots: this.roots,
      requester: '2.999.21',
      ...(identity && { identity }),
    });
    this.#connections.push(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const each of this.#connections) each.close();
    await this.served.stop();
    await this.smDs.drop();
    await this.deployment.remove();
  }

  /** InitiateAuthentication and ES10b.AuthenticateServer: what AuthenticateClient is to be called with. */
  async authenticated(options: AuthenticateOptions, euicc = this.euicc1): Promise<AuthenticateClientRequest> {
    const euiccChallenge = randomBytes(16);
    const smdpAddress = this.address;
    const server = await this.es11.initiateAuthentication({
      euiccChallenge,
      euiccInfo1: euicc.euiccInfo1(),
      smdpAddress,
    });
    const { response } = euicc.authenticateServer(euiccChallenge, server, new Date(), options);
    return { transactionId: server.transactionId, authenticateServerResponse: response };
  }

  /** Events that an eUICC is told of, as `EventID@address`. */
  async events(options: AuthenticateOptions = {}, euicc = this.euicc1): Promise<string[]> {
    const { eventEntries } = await this.es11.authenticateClient(await this.authenticated(options, euicc));
    return eventEntries.map(({ eventId, rspServerAddress }) => `${eventId}@${rspServerAddress}`);
  }

  /** RegisterEvent by one of the S_SM-DP+. */
  register(eventId: string, { by = 0, euicc = this.euicc1 }: { by?: 0 | 1; euicc?: SEuicc } = {}) {
    const rspServerAddress = owners[by].address;
    return this.es12[by].registerEvent({ eid: euicc.eid, eventId, rspServerAddress, forwardingIndicator: false });
  }

  /** DeleteEvent by one of the S_SM-DP+. */
  remove(eventId: string, { by = 0, euicc = this.euicc1 }: { by?: 0 | 1; euicc?: SEuicc } = {}) {
    return this.es12[by].deleteEvent({ eid: euicc.eid, eventId });
  }
}
