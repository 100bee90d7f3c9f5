import { encodeTlv } from '@tegata/der';
import { type CardFile, isDirectory, MF_PATH } from '../profile/card-file.ts';
import type { PlacedFile } from '../profile/file-tree.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';

const FCP_TEMPLATE = 0x62;
const FILE_SIZE = 0x80;
const FILE_DESCRIPTOR = 0x82;
const FILE_ID = 0x83;
const DF_NAME = 0x84;
const SHORT_FILE_ID = 0x88;
const LIFE_CYCLE = 0x8a;
const SECURITY_REFERENCED = 0x8b;
const PROPRIETARY = 0xa5;
const UICC_CHARACTERISTICS = 0x80;
const AVAILABLE_MEMORY = 0x83;
const FILE_DETAILS = 0x84;
const RESERVED_FILE_SIZE = 0x85;
const MAXIMUM_FILE_SIZE = 0x86;
const SYSTEM_COMMANDS = 0x87;
const PIN_STATUS_TEMPLATE = 0xc6;
const PIN_STATUS = 0x90;
const KEY_REFERENCE = 0x83;

/** Clock stop allowed, no level preferred; supply voltage classes A, B and C (ETSI TS 102 221 section 11.1.1.4.6.1). */
const CHARACTERISTICS = Uint8Array.of(0x71);
/** TERMINAL CAPABILITY (section 11.1.1.4.6.8), which the MF alone tells of. */
const SUPPORTED_SYSTEM_COMMANDS = Uint8Array.of(0x01);

/** The template that SELECT and STATUS answer with (ETSI TS 102 221 section 11.1.1.3). */
export function fileControlParameters(profile: StoredProfile, placed: PlacedFile): Uint8Array {
  const { file } = placed;
  const parts = isDirectory(file) ? directoryParts(profile, placed) : elementaryParts(profile, placed);
  return encodeTlv(FCP_TEMPLATE, ...parts);
}

function directoryParts(profile: StoredProfile, placed: PlacedFile): Uint8Array[] {
  const { file } = placed;
  return [
    encodeTlv(FILE_DESCRIPTOR, file.fileDescriptor),
    file.applicationId === undefined ? encodeTlv(FILE_ID, file.fileId) : encodeTlv(DF_NAME, file.applicationId),
    encodeTlv(
      PROPRIETARY,
      encodeTlv(UICC_CHARACTERISTICS, CHARACTERISTICS),
      ...(placed.path === MF_PATH ? [encodeTlv(SYSTEM_COMMANDS, SUPPORTED_SYSTEM_COMMANDS)] : []),
    ),
    encodeTlv(LIFE_CYCLE, file.lifeCycle),
    ...securityParts(file),
    encodeTlv(PIN_STATUS_TEMPLATE, ...pinStatus(profile, placed)),
  ];
}

function elementaryParts(profile: StoredProfile, placed: PlacedFile): Uint8Array[] {
  const { path, file } = placed;
  const size = profile.content(path).length;
  const { recordLength } = file;
  const records = recordLength === undefined ? [] : [0, recordLength, Math.floor(size / recordLength)];
  return [
    encodeTlv(FILE_DESCRIPTOR, file.fileDescriptor, Uint8Array.from(records)),
    encodeTlv(FILE_ID, file.fileId),
    ...(file.structure === 'ber-tlv' ? [objectsPart(file, size)] : []),
    encodeTlv(LIFE_CYCLE, file.lifeCycle),
    ...securityParts(file),
    encodeTlv(FILE_SIZE, numberOctets(size)),
    // Absent would mean that the short identifier is the end of the file identifier; empty says that there is none.
    encodeTlv(SHORT_FILE_ID, ...(file.shortFileId === undefined ? [] : [Uint8Array.of(file.shortFileId << 3)])),
  ];
}

/** What a BER-TLV file has room for (sections 11.1.1.4.6.4 to 7). Lengths need not be DER, and no memory is kept for it. */
function objectsPart(file: CardFile, size: number): Uint8Array {
  const { maximumSize = size } = file;
  return encodeTlv(
    PROPRIETARY,
    encodeTlv(AVAILABLE_MEMORY, numberOctets(Math.max(0, maximumSize - size))),
    encodeTlv(FILE_DETAILS, Uint8Array.of(0x00)),
    encodeTlv(RESERVED_FILE_SIZE, numberOctets(0)),
    encodeTlv(MAXIMUM_FILE_SIZE, numberOctets(maximumSize)),
  );
}

function securityParts({ accessRule }: CardFile): Uint8Array[] {
  if (accessRule === undefined) return [];
  return [encodeTlv(SECURITY_REFERENCED, accessRule.fileId, Uint8Array.of(accessRule.record))];
}

/** One bit for each PIN of the directory, set when it is enabled, then the references in the same order. */
function pinStatus(profile: StoredProfile, { path, file }: PlacedFile): Uint8Array[] {
  const references = [...(file.pinReferences ?? [])];
  const bits = Buffer.alloc(Math.max(1, Math.ceil(references.length / 8)));
  references.forEach((reference, i) => {
    if (profile.pin(path, reference)?.pin.enabled) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
  });
  return [
    encodeTlv(PIN_STATUS, bits),
    ...references.map((reference) => encodeTlv(KEY_REFERENCE, Uint8Array.of(reference))),
  ];
}

/** At least two octets, as terminals expect of a file size. */
function numberOctets(value: number): Uint8Array {
  const out = Buffer.alloc(value > 0xffff ? 4 : 2);
  out.writeUIntBE(value, 0, out.length);
  return out;
}
