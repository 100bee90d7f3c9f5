import type { Service } from '@tegata/profile-package';
import {
  EUICCInfo1,
  EUICCInfo2,
  type EUICCInfo2Input,
  EuiccCategory,
  type PprId,
  printExtCardResource,
} from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { installedApplications } from './installed-applications.ts';
import { settingsRecord } from './isd-r-records.ts';
import { freeForProfiles, VOLATILE_MEMORY_OCTETS } from './profile-memory.ts';

/** Edition of SGP.22 that is followed. */
export const SVN = '2.2.2';
/** Edition of the interoperable profile format that is understood. */
const PROFILE_VERSION = '2.3.1';
const FIRMWARE_VERSION = '1.0.0';
const PP_VERSION = '1.0.0';

/**
 * What the eUICC offers profiles, as SM-DP+ are told. There is no Java Card runtime, though
 * packages that ask for one are taken: see `SERVICES_TAKEN`.
 */
const UICC_CAPABILITY: EUICCInfo2Input['uiccCapability'] = [
  'usimSupport',
  'isimSupport',
  'csimSupport',
  'akaMilenage',
  'akaTuak128',
  'akaTuak256',
  'usimTestAlgorithm',
  'berTlvFileSupport',
  'dfLinkSupport',
  'getIdentity',
  'profileAX25519',
  'profileBP256',
];

/**
 * Services that the header of a package may demand. `javacard` is among them because GSMA's own test profiles demand it
 * without bringing an application (one that does is refused).
 */
export const SERVICES_TAKEN: ReadonlySet<Service> = new Set<Service>([
  'usim',
  'isim',
  'csim',
  'milenage',
  'tuak128',
  'tuak256',
  'usim-test-algorithm',
  'ber-tlv',
  'dfLink',
  'javacard',
  'get-identity',
  'profile-a-x25519',
  'profile-b-p256',
]);

const POLICY_RULES: readonly PprId[] = ['ppr1', 'ppr2', 'ppr3'];

/** ES10b.GetEUICCInfo1 (SGP.22 section 5.7.8): DER, tag BF20. */
export function euiccInfo1({ ecasd }: IsdRContext): Uint8Array {
  return EUICCInfo1.encode({
    svn: SVN,
    euiccCiPKIdListForVerification: ecasd.ciKeyIdentifiersForVerification,
    euiccCiPKIdListForSigning: ecasd.ciKeyIdentifiersForSigning,
  });
}

/**
 * ES10b.GetEUICCInfo2 (SGP.22 section 5.7.8): DER, tag BF22.
 *
 * @param volatileOctets working memory that is in use
 */
export function euiccInfo2({ ecasd, memory }: IsdRContext, volatileOctets = 0): Uint8Array {
  const { rulesAuthorisationTable } = memory.require(settingsRecord);
  const allowed = new Set(rulesAuthorisationTable.rat.flatMap(({ pprIds }) => pprIds));
  return EUICCInfo2.encode({
    profileVersion: PROFILE_VERSION,
    svn: SVN,
    euiccFirmwareVer: FIRMWARE_VERSION,
    extCardResource: printExtCardResource({
      installedApplications: installedApplications(memory).filter(({ kind }) => kind !== 'executable-load-file').length,
      freeNonVolatileMemory: freeForProfiles(memory),
      freeVolatileMemory: VOLATILE_MEMORY_OCTETS - volatileOctets,
    }),
    uiccCapability: UICC_CAPABILITY,
    rspCapability: ['additionalProfile', 'crlSupport', 'testProfileSupport'],
    euiccCiPKIdListForVerification: ecasd.ciKeyIdentifiersForVerification,
    euiccCiPKIdListForSigning: ecasd.ciKeyIdentifiersForSigning,
    euiccCategory: EuiccCategory.basicEuicc,
    forbiddenProfilePolicyRules: POLICY_RULES.filter((rule) => !allowed.has(rule)),
    ppVersion: PP_VERSION,
    sasAcreditationNumber: 'EMULATED',
  });
}
