/** A short message that is not as 3GPP TS 23.040 has it. */
export class ShortMessageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShortMessageError';
  }
}

/** First octet: message type SMS-DELIVER or SMS-SUBMIT in bits 2 and 1, and whether user data begin with a header. */
const TYPE_MASK = 0x03;
const SMS_DELIVER = 0x00;
const SMS_SUBMIT = 0x01;
const USER_DATA_HEADER_INDICATION = 0x40;
/** TP-PID: (U)SIM data download. */
export const DATA_DOWNLOAD = 0x7f;
/** TP-DCS: octets, class 2. */
const OCTETS_FOR_USIM = 0xf6;
/** The most digits of an address (section 9.1.2.5). */
const ADDRESS_DIGITS = 20;
/** Octets of TP-SCTS. */
const TIME_STAMP = 7;
/** The most octets of TP-UD. */
export const USER_DATA_OCTETS = 140;

/** An SMS-DELIVER with a user data header and octets (3GPP TS 23.040 section 9.2.2.1). */
export interface ShortMessage {
  /** TP-OA: number of digits, type of number, digits in semi-octets */
  readonly originator: Uint8Array;
  /** TP-PID */
  readonly protocol: number;
  readonly elements: readonly InformationElement[];
  /** user data after the header */
  readonly data: Uint8Array;
}

/** An element of the user data header (section 9.2.3.24). */
export interface InformationElement {
  /** IEI */
  readonly identifier: number;
  readonly data: Uint8Array;
}

/**
 * Reads an SMS-DELIVER.
 *
 * @throws ShortMessageError for another message, one without user data header, one of characters of 7 bits, one from an address that is too
 *   long, or one that is cut off
 */
export function parseSmsDeliver(tpdu: Uint8Array): ShortMessage {
  const octets = Buffer.from(tpdu);
  const first = octetAt(octets, 0);
  if ((first & TYPE_MASK) !== SMS_DELIVER) throw new ShortMessageError('the message is no SMS-DELIVER');
  if ((first & USER_DATA_HEADER_INDICATION) === 0) throw new ShortMessageError('there is no user data header');
  const digits = octetAt(octets, 1);
  if (digits > ADDRESS_DIGITS) throw new ShortMessageError('the address is too long');
  const originator = octets.subarray(1, 3 + Math.ceil(digits / 2));
  const at = 1 + originator.length;
  const protocol = octetAt(octets, at);
  if (!isOctets(octetAt(octets, at + 1))) throw new ShortMessageError('the user data are no octets');
  const length = octetAt(octets, at + 2 + TIME_STAMP);
  const userData = octets.subarray(at + 3 + TIME_STAMP).subarray(0, length);
  if (userData.length < length || length > USER_DATA_OCTETS) throw new ShortMessageError('the user data are cut off');
  const headerLength = octetAt(userData, 0);
  const header = userData.subarray(1, 1 + headerLength);
  if (header.length < headerLength) throw new ShortMessageError('the user data header is cut off');
  return { originator, protocol, elements: parseElements(header), data: userData.subarray(1 + headerLength) };
}

function parseElements(header: Buffer): InformationElement[] {
  const elements: InformationElement[] = [];
  for (let at = 0; at < header.length; ) {
    const length = octetAt(header, at + 1);
    const data = header.subarray(at + 2, at + 2 + length);
    if (data.length < length) throw new ShortMessageError('an information element is cut off');
    elements.push({ identifier: header.readUInt8(at), data });
    at += 2 + length;
  }
  return elements;
}

/** An SMS-DELIVER for the USIM, without time of the service centre. @param originator as `ShortMessage` has it */
export function encodeSmsDeliver({ originator, elements, data }: Omit<ShortMessage, 'protocol'>): Uint8Array {
  const header = elements.flatMap((element) => [element.identifier, element.data.length, ...element.data]);
  const userData = Buffer.from([header.length, ...header, ...data]);
  return Buffer.concat([
    Uint8Array.of(SMS_DELIVER | USER_DATA_HEADER_INDICATION),
    originator,
    Uint8Array.of(DATA_DOWNLOAD, OCTETS_FOR_USIM, ...new Uint8Array(TIME_STAMP), userData.length),
    userData,
  ]);
}

/**
 * An SMS-SUBMIT (section 9.2.2.2) without validity period.
 *
 * @param destination TP-DA, as a TP-OA is written
 * @param userData header included, at most 140 octets
 */
export function encodeSmsSubmit(destination: Uint8Array, userData: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(SMS_SUBMIT | USER_DATA_HEADER_INDICATION, 0x00),
    destination,
    Uint8Array.of(DATA_DOWNLOAD, OCTETS_FOR_USIM, userData.length),
    userData,
  ]);
}

/** Whether a TP-DCS says that the user data are octets (3GPP TS 23.038 section 4). */
function isOctets(coding: number): boolean {
  return (coding & 0xf0) === 0xf0 ? (coding & 0x04) !== 0 : (coding & 0x8c) === 0x04;
}

function octetAt(octets: Uint8Array, at: number): number {
  const octet = octets[at];
  if (octet === undefined) throw new ShortMessageError('the message is cut off');
  return octet;
}
