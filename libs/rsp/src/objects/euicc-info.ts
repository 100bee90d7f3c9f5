import {
  type Decoded,
  type Encodable,
  encodeTlv,
  findTlv,
  integer,
  namedBits,
  octets,
  optional,
  sequence,
  sequenceOf,
  Universal,
  utf8String,
} from '@tegata/der';
import { ciKeyIdentifier, version } from './elements.ts';
import { PprIdBits } from './profile-policy-rules.ts';

/** What an eUICC says about itself (SGP.22 sections 4.3, 5.7.8). */

/** Bits of UICCCapability, as the interoperable profile format 3.3.1 has them. */
export const UiccCapabilityBits = {
  contactlessSupport: 0,
  usimSupport: 1,
  isimSupport: 2,
  csimSupport: 3,
  akaMilenage: 4,
  akaCave: 5,
  akaTuak128: 6,
  akaTuak256: 7,
  usimTestAlgorithm: 8,
  gbaAuthenUsim: 10,
  gbaAuthenISim: 11,
  mbmsAuthenUsim: 12,
  eapClient: 13,
  javacard: 14,
  multos: 15,
  multipleUsimSupport: 16,
  multipleIsimSupport: 17,
  multipleCsimSupport: 18,
  berTlvFileSupport: 19,
  dfLinkSupport: 20,
  catTp: 21,
  getIdentity: 22,
  profileAX25519: 23,
  profileBP256: 24,
  suciCalculatorApi: 25,
  dnsResolution: 26,
  scp11ac: 27,
  scp11cAuthorizationMechanism: 28,
  s16mode: 29,
  eaka: 30,
  iotminimal: 31,
} as const;

/** Bits of RspCapability. */
export const RspCapabilityBits = {
  additionalProfile: 0,
  crlSupport: 1,
  rpmSupport: 2,
  testProfileSupport: 3,
  deviceInfoExtensibilitySupport: 4,
} as const;

/** Values of euiccCategory. */
export const EuiccCategory = { other: 0, basicEuicc: 1, mediumEuicc: 2, contactlessEuicc: 3 } as const;

const ciKeyIdentifiersForVerification = sequenceOf(0xa9, ciKeyIdentifier, 0, 64);
const ciKeyIdentifiersForSigning = sequenceOf(0xaa, ciKeyIdentifier, 0, 64);

/** BF20: answer to GetEUICCInfo1, and part of initiateAuthentication. */
export const EUICCInfo1 = sequence(0xbf20, {
  svn: version(0x82),
  euiccCiPKIdListForVerification: ciKeyIdentifiersForVerification,
  euiccCiPKIdListForSigning: ciKeyIdentifiersForSigning,
});
export type EUICCInfo1 = Decoded<typeof EUICCInfo1>;

const CertificationDataObject = sequence(0xac, {
  platformLabel: utf8String(0x80),
  discoveryBaseURL: utf8String(0x81),
});

/** BF22: answer to GetEUICCInfo2, and part of EuiccSigned1. */
export const EUICCInfo2 = sequence(0xbf22, {
  profileVersion: version(0x81),
  svn: version(0x82),
  euiccFirmwareVer: version(0x83),
  /** see `parseExtCardResource` */
  extCardResource: octets(0x84),
  uiccCapability: namedBits(0x85, UiccCapabilityBits),
  javacardVersion: optional(version(0x86)),
  globalplatformVersion: optional(version(0x87)),
  rspCapability: namedBits(0x88, RspCapabilityBits),
  euiccCiPKIdListForVerification: ciKeyIdentifiersForVerification,
  euiccCiPKIdListForSigning: ciKeyIdentifiersForSigning,
  /** see `EuiccCategory` */
  euiccCategory: optional(integer(0x8b)),
  forbiddenProfilePolicyRules: optional(namedBits(0x99, PprIdBits)),
  ppVersion: version(Universal.OCTET_STRING),
  sasAcreditationNumber: utf8String(Universal.UTF8_STRING, 0, 64),
  certificationDataObject: optional(CertificationDataObject),
});
export type EUICCInfo2 = Decoded<typeof EUICCInfo2>;
export type EUICCInfo2Input = Exclude<Encodable<typeof EUICCInfo2>, Uint8Array>;

/** E0: answer to the selection of the ISD-R (SGP.22 section 5.7.1). */
export const ISDRProprietaryApplicationTemplate = sequence(0xe0, {
  svn: version(0x82),
  lpaeSupport: optional(namedBits(Universal.BIT_STRING, { lpaeUsingCat: 0, lpaeUsingScws: 1 })),
});
export type ISDRProprietaryApplicationTemplate = Decoded<typeof ISDRProprietaryApplicationTemplate>;

/** Room on an eUICC (ETSI TS 102 226 section 8.2.1.7.2). */
export interface ExtCardResource {
  readonly installedApplications: number;
  /** octets */
  readonly freeNonVolatileMemory: number;
  /** octets */
  readonly freeVolatileMemory: number;
}

/**
 * The TLVs inside extCardResource; what is absent counts as 0.
 *
 * @throws DerError
 */
export function parseExtCardResource(value: Uint8Array): ExtCardResource {
  return {
    installedApplications: unsigned(findTlv(value, 0x81)?.value),
    freeNonVolatileMemory: unsigned(findTlv(value, 0x82)?.value),
    freeVolatileMemory: unsigned(findTlv(value, 0x83)?.value),
  };
}

/** The value of extCardResource: one octet, four and two (more where a number needs them). */
export function printExtCardResource(resource: ExtCardResource): Uint8Array {
  return Buffer.concat([
    encodeTlv(0x81, unsignedOctets(resource.installedApplications, 1)),
    encodeTlv(0x82, unsignedOctets(resource.freeNonVolatileMemory, 4)),
    encodeTlv(0x83, unsignedOctets(resource.freeVolatileMemory, 2)),
  ]);
}

function unsigned(value: Uint8Array = new Uint8Array()): number {
  return value.reduce((number, octet) => number * 0x100 + octet, 0);
}

function unsignedOctets(value: number, minimum: number): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(Math.max(2 * minimum, hex.length + (hex.length % 2)), '0'), 'hex');
}
