import {
  type Decoded,
  encodeTlv,
  integer,
  objectIdentifier,
  octets,
  optional,
  sequence,
  sequenceOf,
  verbatim,
} from '@tegata/der';
import { oneTimePublicKey, signature, transactionId } from './elements.ts';

/** ES8+: what the SM-DP+ says to the ISD-R inside a bound profile package (SGP.22 sections 2.5.4, 5.5). */

/** Values of remoteOpId. */
export const RemoteOpId = { installBoundProfilePackage: 1 } as const;
/** keyType of session keys: AES (GlobalPlatform Card Specification table 11-16). */
export const KEY_TYPE_AES = 0x88;
/** keyLen of session keys, octets. */
export const KEY_LENGTH = 0x10;

/** What session keys are agreed on: key type, key length, and an identifier of the host. */
export const ControlRefTemplate = sequence(0xa6, {
  keyType: octets(0x80, 1),
  keyLen: octets(0x81, 1),
  hostId: octets(0x84, 1, 16),
});
export type ControlRefTemplate = Decoded<typeof ControlRefTemplate>;

/** BF23. */
export const InitialiseSecureChannelRequest = sequence(0xbf23, {
  /** see `RemoteOpId` */
  remoteOpId: integer(0x82),
  transactionId,
  controlRefTemplate: ControlRefTemplate,
  smdpOtpk: oneTimePublicKey,
  smdpSign: signature,
});
export type InitialiseSecureChannelRequest = Decoded<typeof InitialiseSecureChannelRequest>;

/** B8: data of the SM-DP+'s own; what follows the OID is kept as `extensions`. */
export const DpProprietaryData = sequence(0xb8, { dpOid: objectIdentifier(0x80) });

/** BF24. */
export const ConfigureISDPRequest = sequence(0xbf24, { dpProprietaryData: optional(DpProprietaryData) });
export type ConfigureISDPRequest = Decoded<typeof ConfigureISDPRequest>;

/** ConfigureISDPRequest without content, as nearly every package has it. */
export const emptyConfigureISDPRequest: Uint8Array = encodeTlv(0xbf24);

/** BF26: the keys a profile was protected with beforehand. Secret. */
export const ReplaceSessionKeysRequest = sequence(0xbf26, {
  initialMacChainingValue: octets(0x80, 16),
  ppkEnc: octets(0x81, 16),
  ppkCmac: octets(0x82, 16),
});
export type ReplaceSessionKeysRequest = Decoded<typeof ReplaceSessionKeysRequest>;

/** Tags of protected segments. */
export const SegmentTag = {
  /** encrypted profile package */
  profile: 0x86,
  /** encrypted ES8+ command */
  command: 0x87,
  /** ES8+ command in clear, with MAC */
  clear: 0x88,
} as const;
export type SegmentTag = (typeof SegmentTag)[keyof typeof SegmentTag];

/** Tags of the series of segments in a bound profile package. */
export const SegmentSeriesTag = {
  firstSequenceOf87: 0xa0,
  sequenceOf88: 0xa1,
  secondSequenceOf87: 0xa2,
  sequenceOf86: 0xa3,
} as const;

const segments = (series: number, segment: number) => sequenceOf(series, verbatim(segment), 1);

/** BF36, with its segments as they are. */
export const BoundProfilePackage = sequence(0xbf36, {
  initialiseSecureChannelRequest: InitialiseSecureChannelRequest,
  firstSequenceOf87: segments(SegmentSeriesTag.firstSequenceOf87, SegmentTag.command),
  sequenceOf88: segments(SegmentSeriesTag.sequenceOf88, SegmentTag.clear),
  secondSequenceOf87: optional(segments(SegmentSeriesTag.secondSequenceOf87, SegmentTag.command)),
  sequenceOf86: segments(SegmentSeriesTag.sequenceOf86, SegmentTag.profile),
});
export type BoundProfilePackage = Decoded<typeof BoundProfilePackage>;
