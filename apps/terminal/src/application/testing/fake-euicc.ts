import type { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import { ProfileClass, type ProfileInfo, ProfileState } from '@tegata/contracts/gsma-rsp-v2';
import { TerminalError } from '../../terminal-error.ts';
import type { CertificateStore, LocalAuthenticator, Profiles } from '../ports.ts';

/** EID of the fake eUICC. */
export const fakeEid = '89049032123451234512345678901235';

/** What the fake eUICC's assertion says, in clear. */
export interface FakeAssertion {
  readonly eid: string;
  readonly contractId: string;
  readonly nonce: string;
  readonly carrierOid: string;
  readonly success: boolean;
}

/** What the fake eUICC's statement over captured frames says, in clear. */
export interface FakeCaptureStatement {
  readonly contractId: string;
  readonly identityProofRequestId: string;
  readonly promptNumber: number;
  readonly promptNonce: string;
  readonly frameCount: number;
  readonly chainHead: string;
}

/** An eUICC that behaves like one, without cryptography: what it is told to keep survives every kill. */
export class FakeEuicc {
  password: string | undefined = 'open sesame';
  failures = 0;
  certificate: IssuedCertificate | undefined;
  /** Contract for which the certificate may be put out once. */
  #released: string | undefined;
  readonly profiles: ProfileInfo[] = [];
  readonly notifications: { readonly iccid: string; readonly event: 'install' | 'enable' }[] = [];
  /** Releases of the certificate, by contract. */
  readonly releases: string[] = [];

  readonly localAuthenticator: LocalAuthenticator = {
    status: async () => ({ registered: this.password !== undefined, triesLeft: 5 - this.failures }),
    authenticate: async ({ password, contractId, nonce, carrierOid }) => {
      const success = password === this.password && this.failures < 5;
      this.failures = success ? 0 : this.failures + 1;
      this.#released = success ? contractId : undefined;
      const said: FakeAssertion = {
        eid: fakeEid,
        contractId,
        nonce: Buffer.from(nonce).toString('hex'),
        carrierOid,
        success,
      };
      return { success, assertion: Buffer.from(JSON.stringify(said).padEnd(64)), triesLeft: 5 - this.failures };
    },
    signCapture: async ({ contractId, identityProofRequestId, promptNumber, promptNonce, frameCount, chainHead }) => {
      const said: FakeCaptureStatement = {
        contractId,
        identityProofRequestId,
        promptNumber,
        promptNonce: Buffer.from(promptNonce).toString('hex'),
        frameCount,
        chainHead: Buffer.from(chainHead).toString('hex'),
      };
      return Buffer.from(JSON.stringify(said));
    },
  };

  readonly certificates: CertificateStore = {
    isStored: async () => this.certificate !== undefined,
    store: async (certificate) => {
      this.certificate = certificate;
    },
    release: async (contractId) => {
      if (this.#released !== contractId || this.certificate === undefined) {
        throw new TerminalError('denied', 'CERTIFICATE_OUTPUT_FORBIDDEN', 'no local authentication for this contract');
      }
      this.#released = undefined;
      this.releases.push(contractId);
      return this.certificate;
    },
  };

  readonly profileAccess: Profiles = {
    find: async (iccid) => this.profiles.find((profile) => profile.iccid === iccid),
    enable: async (iccid) => {
      const profile = this.profiles.find((candidate) => candidate.iccid === iccid);
      if (profile === undefined || profile.profileState === ProfileState.ENABLED) {
        throw new TerminalError('precondition', 'PROFILE_NOT_ENABLED', 'not found or enabled already');
      }
      for (const other of this.profiles) other.profileState = ProfileState.DISABLED;
      profile.profileState = ProfileState.ENABLED;
      this.notifications.push({ iccid, event: 'enable' });
    },
    readImsi: async () => {
      const enabled = this.profiles.find(({ profileState }) => profileState === ProfileState.ENABLED);
      if (enabled === undefined) throw new Error('no profile is enabled');
      return `00101${enabled.iccid.slice(-10)}`;
    },
  };

  /** Installs a profile, as the end of a download does. */
  install(iccid: string): void {
    if (this.profiles.some((profile) => profile.iccid === iccid)) throw new Error('iccidAlreadyExists');
    this.profiles.push({
      iccid,
      isdpAid: Buffer.alloc(16),
      profileState: ProfileState.DISABLED,
      profileNickname: '',
      serviceProviderName: '',
      profileName: '',
      profileClass: ProfileClass.OPERATIONAL,
    });
    this.notifications.push({ iccid, event: 'install' });
  }

  /** Ends the power: what is only in volatile memory is gone. */
  powerOff(): void {
    this.#released = undefined;
  }
}
