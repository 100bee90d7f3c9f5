import { headerOf, objectsIn } from './ber-tlv.ts';

/** Tags of EF.SUCI_Calc_Info (3GPP TS 31.102 section 4.4.11.8). */
const SCHEMES = 0xa0;
const KEYS = 0xa1;
const KEY_IDENTIFIER = 0x80;
const KEY = 0x81;

/** A protection scheme of the file, and the home network's key for it. */
export interface ProtectionChoice {
  /** 0 null, 1 ECIES profile A, 2 profile B */
  readonly scheme: number;
  /** Absent for the null scheme. */
  readonly key: { readonly identifier: number; readonly publicKey: Uint8Array } | undefined;
}

/**
 * The schemes that the file offers, in the order of their priority, as far as they can be used: those that name a key the file
 * does not have are left out. A file that is empty (`FF`) offers none.
 */
export function protectionChoices(content: Uint8Array): ProtectionChoice[] {
  const objects = objectsIn(content);
  const keys = keysIn(contentsOf(objects.get(KEYS)));
  const schemes = contentsOf(objects.get(SCHEMES));
  const choices: ProtectionChoice[] = [];
  for (let at = 0; at + 1 < schemes.length; at += 2) {
    const [scheme = 0, index = 0] = schemes.subarray(at, at + 2);
    // The index counts the keys from 1; with the null scheme it is 0.
    const key = keys[index - 1];
    if (scheme === 0) choices.push({ scheme, key: undefined });
    else if (key !== undefined) choices.push({ scheme, key });
  }
  return choices;
}

/** Pairs of identifier and key; what follows a pair that is not whole is not looked at. */
function keysIn(list: Uint8Array): { identifier: number; publicKey: Uint8Array }[] {
  const keys: { identifier: number; publicKey: Uint8Array }[] = [];
  for (let rest = list; rest.length > 0; ) {
    const identifier = objectAt(rest, KEY_IDENTIFIER);
    const key = identifier && objectAt(rest.subarray(identifier.end), KEY);
    const [number] = identifier?.value ?? [];
    if (identifier === undefined || key === undefined || number === undefined) break;
    keys.push({ identifier: number, publicKey: key.value });
    rest = rest.subarray(identifier.end + key.end);
  }
  return keys;
}

function objectAt(octets: Uint8Array, tag: number): { value: Uint8Array; end: number } | undefined {
  const header = headerOf(octets);
  if (header?.tag !== tag || octets.length < header.valueAt + header.length) return undefined;
  const end = header.valueAt + header.length;
  return { value: octets.subarray(header.valueAt, end), end };
}

function contentsOf(object: Uint8Array | undefined): Uint8Array {
  const header = object && headerOf(object);
  return object === undefined || header === undefined ? new Uint8Array(0) : object.subarray(header.valueAt);
}
