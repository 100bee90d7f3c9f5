import { type Rfm, RfmSchema, type SecurityDomain, SecurityDomainSchema } from '@tegata/profile-package';
import { toHex } from '@tegata/rsp';
import type { RegisteredApplication } from '../profile/application-registry.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import { parseSecurityLevel, type SecurityLevel } from '../secured-packet/security-parameters.ts';
import { parseToolkitParameters } from './toolkit-parameters.ts';

/** What a TAR leads to: remote file management, or a security domain. */
export interface ReceivingApplication {
  /** less than this is refused; undefined: nothing is enough */
  readonly minimumSecurityLevel: SecurityLevel | undefined;
  /** under whose keys packets come */
  readonly securityDomain: SecurityDomain;
  /** undefined: the security domain itself */
  readonly rfm: Rfm | undefined;
}

/** The application of the profile with this TAR, six hexadecimal digits. Applications that would have to be executed have none. */
export function receivingApplication(profile: StoredProfile, tar: string): ReceivingApplication | undefined {
  const { registry } = profile;
  for (const entry of registry) {
    if (entry.kind === 'remote-file-management') {
      const rfm = RfmSchema.decode(entry.content);
      const tars = rfm.tarList?.map(toHex) ?? tarOf(rfm.instanceAID);
      const owner = securityDomainOf(registry, entry);
      if (!tars.includes(tar) || owner === undefined) continue;
      const [level = 0] = rfm.minimumSecurityLevel;
      return {
        minimumSecurityLevel: parseSecurityLevel(level),
        securityDomain: SecurityDomainSchema.decode(owner.content),
        rfm,
      };
    }
    if (entry.kind === 'security-domain') {
      const securityDomain = SecurityDomainSchema.decode(entry.content);
      const { applicationParameters, systemSpecificParameters, instanceAID } = securityDomain.instance;
      const parameters = parseToolkitParameters({
        uicc: applicationParameters?.uiccToolkit,
        sim: systemSpecificParameters?.ts102226SIMFileAccessToolkitParameter,
      });
      const tars = parameters !== undefined && parameters.tars.length > 0 ? parameters.tars : tarOf(instanceAID);
      if (!tars.includes(tar)) continue;
      return { minimumSecurityLevel: parameters?.minimumSecurityLevel, securityDomain, rfm: undefined };
    }
  }
  return undefined;
}

/** The TAR in an AID of 15 or 16 octets: the 13th to the 15th (ETSI TS 101 220 annex A). */
function tarOf(aid: Uint8Array): string[] {
  return aid.length < 15 ? [] : [toHex(aid.subarray(12, 15))];
}

/** The security domain that remote file management belongs to: the one that its element names, or the MNO-SD. */
function securityDomainOf(
  registry: readonly RegisteredApplication[],
  { securityDomainAid }: RegisteredApplication,
): RegisteredApplication | undefined {
  return registry.find(
    ({ kind, aid, isMnoSecurityDomain }) =>
      kind === 'security-domain' &&
      (securityDomainAid === undefined ? isMnoSecurityDomain === true : aid === toHex(securityDomainAid)),
  );
}
