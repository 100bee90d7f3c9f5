import type { SecurityDomain } from '@tegata/profile-package';
import { KEY_ALGORITHMS, KEY_OCTETS, type KeyAlgorithm, type PacketKey } from '../secured-packet/packet-key.ts';
import type { PacketKeys } from '../secured-packet/sealing.ts';
import { unidentified } from '../secured-packet/secured-packet-error.ts';

type Key = NonNullable<SecurityDomain['keyList']>[number];

/** What a key of SCP80 is for: its identifier in the key set (ETSI TS 102 225 section 5.1), and the bits that its usage has to have
 *  (GlobalPlatform Card Specification section 11.1.9): commands, and confidentiality or checksums. */
const KIC = { identifier: 0x01, usage: 0x18 };
const KID = { identifier: 0x02, usage: 0x14 };
/** Key types of GlobalPlatform. */
const DES = 0x80;
const AES = 0x88;
/** Algorithm in KIc and KID: whichever the key is for. */
const IMPLICIT = 0x00;

/** Keys of a packet, and the version of their key set. */
export interface KeySet {
  readonly version: number;
  readonly keys: PacketKeys;
  /** what its counter begins with */
  readonly initialCounter: number;
}

/**
 * The keys that KIc and KID of a packet name: key version number in the first four bits, algorithm in the last four.
 *
 * @param needed which of them the packet, or the response to it, needs
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` for a key that is not there, of another algorithm or use, or of another key set than the other
 */
export function keySet(
  { keyList = [] }: Pick<SecurityDomain, 'keyList'>,
  octets: { readonly kic: number; readonly kid: number },
  needed: { readonly ciphering: boolean; readonly integrity: boolean },
): KeySet {
  const ciphering = needed.ciphering ? keyOf(keyList, octets.kic, KIC) : undefined;
  const integrity = needed.integrity ? keyOf(keyList, octets.kid, KID) : undefined;
  const version = (needed.integrity ? octets.kid : octets.kic) >> 4;
  if (ciphering !== undefined && octets.kic >> 4 !== version) throw unidentified('KIc and KID are of two key sets');
  return {
    version,
    keys: { ciphering: ciphering?.key, integrity: integrity?.key },
    initialCounter: Math.max(0, ciphering?.counter ?? 0, integrity?.counter ?? 0),
  };
}

function keyOf(keyList: readonly Key[], octet: number, { identifier, usage }: typeof KIC) {
  const found = keyList.find(
    (key) => key.keyVersionNumber[0] === octet >> 4 && key.keyIdentifier[0] === identifier && octet >> 4 > 0,
  );
  if (found === undefined || ((found.keyUsageQualifier[0] ?? 0) & usage) !== usage) {
    throw unidentified('the security domain has no such key');
  }
  const key = packetKey(found);
  const algorithm = octet & 0x0f;
  if (key === undefined || (algorithm !== IMPLICIT && algorithm !== KEY_ALGORITHMS[key.algorithm])) {
    throw unidentified('the key is for another algorithm');
  }
  return { key, counter: numberOf(found.keyCounterValue) };
}

/** Undefined for a key that no packet can use: another type, or a length that its algorithm does not have (DES with one key). */
function packetKey({ keyComponents }: Key): PacketKey | undefined {
  const [component] = keyComponents;
  if (component === undefined) return undefined;
  const { keyType, keyData: value, macLength = 8 } = component;
  const algorithms: readonly KeyAlgorithm[] =
    keyType[0] === AES ? ['aes'] : keyType[0] === DES ? ['triple-des-2', 'triple-des-3'] : [];
  const algorithm = algorithms.find((candidate) => KEY_OCTETS[candidate].includes(value.length));
  if (algorithm === undefined) return undefined;
  if (algorithm !== 'aes') return { algorithm, value, checksumOctets: 8 };
  return macLength === 4 || macLength === 8 ? { algorithm, value, checksumOctets: macLength } : undefined;
}

/** A counter is of five octets; of a longer value the last ones count. */
function numberOf(octets: Uint8Array | undefined): number {
  return [...(octets ?? [])].slice(-5).reduce((number, octet) => number * 0x100 + octet, 0);
}
