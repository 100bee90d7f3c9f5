import { DerError, encodeTlv, parseChildren, readTlv, type Tlv } from '@tegata/der';
import { badValue } from './subscription-value.ts';

/** An application as EF.DIR lists it. */
export interface ApplicationTemplate {
  /** 5 to 16 octets */
  readonly aid: Uint8Array;
  /** name that people may see, ASCII; empty for none */
  readonly label: string;
}

const TEMPLATE = 0x61;
const IDENTIFIER = 0x4f;
const LABEL = 0x50;

/** The application template of a record of EF.DIR (ETSI TS 102 221 section 13.1). */
export function encodeApplicationTemplate({ aid, label }: ApplicationTemplate): Uint8Array {
  return encodeTlv(TEMPLATE, encodeTlv(IDENTIFIER, aid), encodeTlv(LABEL, Buffer.from(label, 'ascii')));
}

/**
 * The application of a record of EF.DIR, undefined for an empty one. Objects besides AID and label are passed over.
 *
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` for octets that are no application template
 */
export function decodeApplicationTemplate(record: Uint8Array): ApplicationTemplate | undefined {
  if (record.every((octet) => octet === 0xff)) return undefined;
  const objects = objectsOf(record);
  const aid = objects.find(({ tag }) => tag === IDENTIFIER)?.value;
  if (aid === undefined) throw badValue('a record of EF.DIR has no AID');
  const label = objects.find(({ tag }) => tag === LABEL)?.value ?? new Uint8Array();
  return { aid, label: Buffer.from(label).toString('latin1') };
}

function objectsOf(record: Uint8Array): Tlv[] {
  try {
    const { tag, value } = readTlv(record);
    if (tag === TEMPLATE) return parseChildren(value);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  throw badValue('a record of EF.DIR is no application template');
}
