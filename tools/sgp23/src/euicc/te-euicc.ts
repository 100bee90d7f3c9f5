import { randomBytes } from 'node:crypto';
import type { Euicc } from '@tegata/euicc';
import {
  aesKeySet,
  installationOutcome,
  MNO_SD,
  metadataFor,
  newEuicc,
  OtaPlatform,
  subscriptionPackage,
  TestSmdp,
  type testMaterial,
  updateMetadataScript,
} from '@tegata/euicc/testing';
import {
  type Binding,
  bindProfilePackage,
  fromHex,
  OneTimeKeyPair,
  type StoreMetadataRequestInput,
  splitBoundProfilePackage,
  toHex,
} from '@tegata/rsp';
import { throughStoreData } from './store-data.ts';

/** ICCIDs of the profiles that the tests use. */
export const ICCID_OP_PROF1 = '8981001234567890125';
export const ICCID_OP_PROF2 = '8981001234567890133';
export const ICCID_OP_PROF3 = '8981001234567890141';
export const ICCID_OP_PROF4 = '8981001234567890158';
export const ICCID_UNKNOWN = '8981001234567890166';

/** The operator of the profiles, as the rules authorisation table of the environment knows it. */
export const OWNER = { mccMnc: '00101' } as const;

/** TAR of the MNO-SD in the packages, and a terminal that sends short messages for the card. */
const MNO_SD_TAR = 'B20100';
const SENDS_SHORT_MESSAGES = fromHex('801000000400000002');

/** A profile by its ICCID. */
export const by = (iccid: string) => ({ kind: 'iccid', value: iccid }) as const;

/**
 * TE_eUICC of SGP.23: an eUICC of its own, whose ES10 is called by STORE DATA, and the S_SM-DP+, S_LPAd and S_MNO that the test tool plays. Certificates are
 * those of SGP.26, on NIST P-256.
 */
export class TeEuicc {
  readonly smdp = new TestSmdp();
  private readonly mno = new OtaPlatform(aesKeySet(1, MNO_SD.encryption, MNO_SD.integrity));

  private constructor(readonly euicc: Euicc) {}

  /** A new eUICC, by default with a table that allows every operator ppr1, ppr2 and ppr3. */
  static async create(material: Partial<ReturnType<typeof testMaterial>> = {}): Promise<TeEuicc> {
    const rule = { pprIds: ['ppr1', 'ppr2', 'ppr3'], allowedOperators: [OWNER], consentRequired: true } as const;
    const { euicc } = await newEuicc({}, { rulesAuthorisationTable: [rule], ...material });
    return new TeEuicc(throughStoreData(euicc));
  }

  /** What a package is bound with in a session of its own, ready to be changed. */
  async binding(iccid: string, change: Partial<Binding> = {}): Promise<Binding> {
    const session = await this.smdp.authenticate(this.euicc);
    const euiccOtpk = await this.smdp.prepare(this.euicc, session);
    return {
      transactionId: session.initiated.transactionId,
      eid: this.euicc.eid,
      euiccOtpk,
      smdpOneTimeKey: OneTimeKeyPair.generate('P-256', randomBytes),
      hostId: Buffer.from('tegata'),
      signer: this.smdp.pb.signer,
      storeMetadata: metadataFor(iccid),
      profile: { upp: subscriptionPackage({ iccid, mnoSecurityDomain: MNO_SD }) },
      ...change,
    };
  }

  /** Loads a package that is bound with this; answers `installed`, or command and reason. */
  async load(iccid: string, change: Partial<Binding> = {}): Promise<string> {
    return this.loadPieces(splitBoundProfilePackage(await bindProfilePackage(await this.binding(iccid, change))));
  }

  async loadPieces(pieces: Iterable<Uint8Array>): Promise<string> {
    return installationOutcome(await this.euicc.es10b.loadBoundProfilePackage(pieces));
  }

  /** A profile with its PIR acknowledged, enabled when asked for. */
  async profile(iccid: string, more: Partial<StoreMetadataRequestInput> = {}, enable = false): Promise<void> {
    const storeMetadata = metadataFor(iccid, { profileOwner: OWNER, ...more });
    const outcome = await this.load(iccid, { storeMetadata });
    if (outcome !== 'installed') throw new Error(`the profile could not be installed: ${outcome}`);
    if (enable) await this.euicc.es10c.enableProfile(by(iccid));
    await this.acknowledgeAll();
  }

  /**
   * ES6.UpdateMetadata by SMS: the status word of the envelope without its second octet, and what the proof of receipt says, which the card has the terminal
   * send.
   */
  async updateMetadata(change: Parameters<typeof updateMetadataScript>[0]): Promise<string> {
    await this.euicc.apdu.transmit(SENDS_SHORT_MESSAGES);
    const { sw, response } = await this.mno.send(this.euicc, {
      tar: MNO_SD_TAR,
      script: updateMetadataScript(change),
      spi: '1639',
    });
    return `${sw.slice(0, 2)}XX ${toHex(response?.data.subarray(1) ?? new Uint8Array(0))}`;
  }

  /** NotificationSent for everything that waits. */
  async acknowledgeAll(): Promise<void> {
    for (const { seqNumber } of await this.euicc.es10b.listNotification()) {
      await this.euicc.es10b.removeNotificationFromList(seqNumber);
    }
  }

  /** State of a profile: `enabled`, `disabled`, or `absent`. */
  async stateOf(iccid: string): Promise<'enabled' | 'disabled' | 'absent'> {
    const [found] = await this.euicc.es10c.getProfilesInfo({ search: by(iccid) });
    if (found === undefined) return 'absent';
    return found.profileState === 1 ? 'enabled' : 'disabled';
  }

  /** Pending notifications as `event ICCID`. */
  async notifications(): Promise<string[]> {
    return (await this.euicc.es10b.listNotification()).map(
      ({ profileManagementOperation, iccid }) => `${profileManagementOperation.join()} ${iccid}`,
    );
  }
}
