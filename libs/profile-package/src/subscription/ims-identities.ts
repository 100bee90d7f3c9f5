import { DerError, encodeTlv, readTlv } from '@tegata/der';
import { type MncLength, parseImsi } from './imsi.ts';

/** Home network domain of a subscriber without one of its own (3GPP TS 23.003 section 13.2). */
export function imsDomain(imsi: string, mncLength: MncLength): string {
  const { mcc, mnc } = parseImsi(imsi, mncLength);
  return `ims.mnc${mnc.padStart(3, '0')}.mcc${mcc}.3gppnetwork.org`;
}

/** Private user identity derived from the IMSI (section 13.3). */
export function imsPrivateIdentity(imsi: string, mncLength: MncLength): string {
  return `${imsi}@${imsDomain(imsi, mncLength)}`;
}

/** Temporary public user identity derived from the IMSI (section 13.4B). */
export function imsPublicIdentity(imsi: string, mncLength: MncLength): string {
  return `sip:${imsPrivateIdentity(imsi, mncLength)}`;
}

/** A text as the files of an ISIM have it: data object 80 (3GPP TS 31.103 section 4.2). */
export function encodeIsimText(text: string): Uint8Array {
  return encodeTlv(0x80, Buffer.from(text, 'utf8'));
}

/** The text of data object 80 at the beginning of a file or record of an ISIM; undefined where there is none. */
export function decodeIsimText(octets: Uint8Array): string | undefined {
  try {
    const { tag, value } = readTlv(octets);
    return tag === 0x80 ? Buffer.from(value).toString('utf8') : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
