import {
  type Decoded,
  integer,
  objectIdentifier,
  octets,
  optional,
  sequence,
  sequenceOf,
  Universal,
} from '@tegata/der';
import { PeHeaderSchema } from './profile-header.ts';

const aid = octets(0x4f, 5, 16);

/** ApplicationInstance: INSTALL [for install] of GlobalPlatform, as data. */
const instanceFields = {
  applicationLoadPackageAID: aid,
  classAID: aid,
  instanceAID: aid,
  extraditeSecurityDomainAID: optional(aid),
  applicationPrivileges: octets(0x82),
  lifeCycleState: optional(octets(0x83, 1)),
  applicationSpecificParametersC9: octets(0xc9),
  /** kept as objects: their meaning is that of ETSI TS 102 226 and GlobalPlatform */
  systemSpecificParameters: optional(
    sequence(0xef, {
      volatileMemoryQuotaC7: optional(octets(0xc7, 2, 4)),
      nonVolatileMemoryQuotaC8: optional(octets(0xc8, 2, 4)),
      globalServiceParameters: optional(octets(0xcb)),
      implicitSelectionParameter: optional(octets(0xcf)),
      volatileReservedMemory: optional(octets(0xd7, 2, 4)),
      nonVolatileReservedMemory: optional(octets(0xd8, 2, 4)),
      ts102226SIMFileAccessToolkitParameter: optional(octets(0xca)),
      ts102226AdditionalContactlessParameters: optional(sequence(0xa0, { protocolParameterData: octets(0x80) })),
      contactlessProtocolParameters: optional(octets(0xd9)),
      userInteractionContactlessParameters: optional(octets(0xda)),
      cumulativeGrantedVolatileMemory: optional(octets(0x82, 2, 4)),
      cumulativeGrantedNonVolatileMemory: optional(octets(0x83, 2, 4)),
    }),
  ),
  applicationParameters: optional(
    sequence(0xea, {
      uiccToolkit: optional(octets(0x80)),
      uiccAccess: optional(octets(0x81)),
      uiccAdministrativeAccess: optional(octets(0x82)),
    }),
  ),
  processData: optional(sequenceOf(Universal.SEQUENCE, octets(Universal.OCTET_STRING), 1)),
  controlReferenceTemplate: optional(sequence(0xb0, { applicationProviderIdentifier: octets(0x5f20) })),
} as const;

/** KeyObject: one key of a security domain. */
const KeyObjectSchema = sequence(Universal.SEQUENCE, {
  /** GlobalPlatform section 11.1.9: 18 encryption, 14 MAC, 48 key encryption (DEK) */
  keyUsageQualifier: octets(0x95, 1, 2),
  keyAccess: optional(octets(0x96, 1)),
  keyIdentifier: octets(0x82, 1),
  keyVersionNumber: octets(0x83, 1),
  keyCounterValue: optional(octets(0x85)),
  keyComponents: sequenceOf(
    Universal.SEQUENCE,
    sequence(Universal.SEQUENCE, {
      /** 80 triple DES, 88 AES */
      keyType: octets(0x80),
      keyData: octets(0x86),
      macLength: optional(integer(0x87, 0, 255)),
    }),
    1,
  ),
});

/** PE-SecurityDomain: the first of a package is the MNO-SD. */
export const SecurityDomainSchema = sequence(0xa6, {
  header: PeHeaderSchema,
  instance: sequence(0xa1, instanceFields),
  keyList: optional(sequenceOf(0xa2, KeyObjectSchema, 1)),
  sdPersoData: optional(sequenceOf(0xa3, octets(Universal.OCTET_STRING), 1)),
  openPersoData: optional(
    sequence(0xa4, {
      restrictParameter: optional(octets(0xd9, 1)),
      contactlessProtocolParameters: optional(octets(Universal.OCTET_STRING)),
    }),
  ),
  catTpParameters: optional(
    sequence(0xa5, { catTpMaxSduSize: integer(0x80, 0, 65535), catTpMaxPduSize: integer(0x81, 0, 65535) }),
  ),
});

/** PE-RFM: remote file management under a security domain. */
export const RfmSchema = sequence(0xa7, {
  header: PeHeaderSchema,
  instanceAID: aid,
  securityDomainAID: optional(aid),
  tarList: optional(sequenceOf(0xa0, octets(Universal.OCTET_STRING, 3), 1)),
  minimumSecurityLevel: octets(0x81, 1),
  uiccAccessDomain: octets(Universal.OCTET_STRING),
  uiccAdminAccessDomain: octets(Universal.OCTET_STRING),
  adfRFMAccess: optional(
    sequence(Universal.SEQUENCE, {
      adfAID: octets(0x80, 5, 16),
      adfAccessDomain: octets(0x81),
      adfAdminAccessDomain: octets(0x82),
    }),
  ),
});

/** PE-Application: a load package and its instances. */
export const ApplicationSchema = sequence(0xa8, {
  header: PeHeaderSchema,
  loadBlock: optional(
    sequence(0xa1, {
      loadPackageAID: aid,
      securityDomainAID: optional(aid),
      nonVolatileCodeLimitC6: optional(octets(0xc6)),
      volatileDataLimitC7: optional(octets(0xc7)),
      nonVolatileDataLimitC8: optional(octets(0xc8)),
      hashValue: optional(octets(0xc1)),
      loadBlockObject: octets(0xc4),
    }),
  ),
  instanceList: optional(sequenceOf(0xa2, sequence(Universal.SEQUENCE, instanceFields), 1)),
});

/** PE-NonStandard: content of one issuer, told apart by its OID. */
export const NonStandardSchema = sequence(0xa9, {
  header: PeHeaderSchema,
  issuerID: objectIdentifier(0x81),
  content: octets(0x82),
});

export type SecurityDomain = Decoded<typeof SecurityDomainSchema>;
export type Rfm = Decoded<typeof RfmSchema>;
export type Application = Decoded<typeof ApplicationSchema>;
export type NonStandard = Decoded<typeof NonStandardSchema>;
