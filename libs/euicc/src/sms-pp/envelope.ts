import { DerError, encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import { ShortMessageError } from './short-message.ts';

/** Tags of ETSI TS 102 223 section 9 and 3GPP TS 31.111 section 8; those of a data object may have bit 8 set: comprehension required. */
export const SMS_PP_DOWNLOAD = 0xd1;
const DEVICE_IDENTITIES = 0x02;
const ADDRESS = 0x06;
const SMS_TPDU = 0x0b;
const COMPREHENSION_REQUIRED = 0x80;
/** From the network to the UICC. */
const NETWORK_TO_UICC = Uint8Array.of(0x83, 0x81);

/**
 * The TPDU that an envelope of SMS-PP data download brings (3GPP TS 31.111 section 7.1.1).
 *
 * @param envelope BER-TLV, tag D1
 * @throws ShortMessageError when it is none
 */
export function parseSmsPpDownload(envelope: Uint8Array): Uint8Array {
  try {
    const { tag, value } = parseTlv(envelope);
    const objects = parseChildren(value);
    const object = (wanted: number) => objects.find((each) => (each.tag & ~COMPREHENSION_REQUIRED) === wanted)?.value;
    const tpdu = object(SMS_TPDU);
    const identities = object(DEVICE_IDENTITIES);
    if (tag !== SMS_PP_DOWNLOAD || tpdu === undefined || identities === undefined) {
      throw new ShortMessageError('the envelope has no short message');
    }
    if (!Buffer.from(NETWORK_TO_UICC).equals(identities)) throw new ShortMessageError('it is not from the network');
    return tpdu;
  } catch (error) {
    if (error instanceof DerError) throw new ShortMessageError('the envelope is no BER-TLV object');
    throw error;
  }
}

/** The envelope of SMS-PP data download for a TPDU. @param serviceCentre type of number and digits in semi-octets */
export function encodeSmsPpDownload(tpdu: Uint8Array, serviceCentre?: Uint8Array): Uint8Array {
  return encodeTlv(
    SMS_PP_DOWNLOAD,
    encodeTlv(DEVICE_IDENTITIES | COMPREHENSION_REQUIRED, NETWORK_TO_UICC),
    ...(serviceCentre === undefined ? [] : [encodeTlv(ADDRESS, serviceCentre)]),
    encodeTlv(SMS_TPDU | COMPREHENSION_REQUIRED, tpdu),
  );
}
