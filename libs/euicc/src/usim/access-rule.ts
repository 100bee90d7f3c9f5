import { parseChildren, readTlv, type Tlv } from '@tegata/der';

/**
 * What a command does to an EF: the bit of the access mode octet (ISO/IEC 7816-4 section 9.3.3.1), and the instructions that
 * a rule for particular commands names. INCREASE has no bit.
 */
const ACCESS_MODES = {
  read: { bit: 0x01, instructions: [0xb0, 0xb2, 0xa2, 0xcb] },
  update: { bit: 0x02, instructions: [0xd6, 0xdc, 0xdb] },
  increase: { bit: 0x00, instructions: [0x32] },
  deactivate: { bit: 0x08, instructions: [0x04] },
  activate: { bit: 0x10, instructions: [0x44] },
} as const;
export type AccessMode = keyof typeof ACCESS_MODES;

const ALWAYS = 0x90;
const NEVER = 0x97;
const OR = 0xa0;
const AUTHENTICATION = 0xa4;
const AND = 0xaf;
const ACCESS_MODE_OCTET = 0x80;
/** Command header description: the instruction alone. */
const INSTRUCTION = 0x84;
const KEY_REFERENCE = 0x83;

/**
 * Whether a record of EF.ARR (expanded format, ETSI TS 102 221 section 9.2.4) allows something now.
 *
 * The record is a list of access modes, each followed by security conditions of which one must hold. What the record does
 * not mention, and whatever cannot be read in it, is not allowed.
 *
 * @param satisfied whether the user was verified with this key reference, or need not be
 */
export function isAllowed(record: Uint8Array, mode: AccessMode, satisfied: (keyReference: number) => boolean): boolean {
  let applies = false;
  for (const object of objectsOf(record)) {
    if (isAccessMode(object.tag)) {
      applies = describes(object, mode);
    } else if (applies && holds(object, satisfied)) {
      return true;
    }
  }
  return false;
}

/** Whether an access mode is, or includes, this one. */
function describes({ tag, value }: Tlv, mode: AccessMode): boolean {
  const { bit, instructions } = ACCESS_MODES[mode];
  if (tag === ACCESS_MODE_OCTET) return ((value[0] ?? 0) & bit) !== 0;
  return tag === INSTRUCTION && instructions.some((instruction) => value[0] === instruction);
}

/** 80 is the access mode octet; 81 to 8F describe commands, and 9C is proprietary. */
function isAccessMode(tag: number): boolean {
  return (tag >= 0x80 && tag <= 0x8f) || tag === 0x9c;
}

function holds({ tag, value }: Tlv, satisfied: (keyReference: number) => boolean): boolean {
  switch (tag) {
    case ALWAYS:
      return true;
    case NEVER:
      return false;
    case AUTHENTICATION: {
      const keyReference = children(value).find((child) => child.tag === KEY_REFERENCE)?.value[0];
      return keyReference !== undefined && satisfied(keyReference);
    }
    case OR:
      return children(value).some((child) => holds(child, satisfied));
    case AND: {
      const conditions = children(value);
      return conditions.length > 0 && conditions.every((child) => holds(child, satisfied));
    }
    default:
      return false;
  }
}

function children(value: Uint8Array): Tlv[] {
  try {
    return parseChildren(value);
  } catch {
    return [];
  }
}

/** Objects of a record up to its padding (FF), or up to what is no object. */
function objectsOf(record: Uint8Array): Tlv[] {
  const objects: Tlv[] = [];
  for (let at = 0; at < record.length && record[at] !== 0xff; ) {
    try {
      const object = readTlv(record, at);
      objects.push(object);
      at += object.raw.length;
    } catch {
      break;
    }
  }
  return objects;
}
