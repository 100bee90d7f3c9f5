import { toHex } from '@tegata/rsp';
import { parseSecurityLevel, type SecurityLevel } from '../secured-packet/security-parameters.ts';

/** What the toolkit parameters of an instance say of secured packets. */
export interface ToolkitParameters {
  /** undefined: a minimum that is not written as an SPI, which nothing can be compared with */
  readonly minimumSecurityLevel: SecurityLevel | undefined;
  /** six hexadecimal digits each */
  readonly tars: readonly string[];
}

const NO_MINIMUM: SecurityLevel = parseSecurityLevel(0x00);
/** How a minimum security level is written: as the first octet of an SPI. */
const MINIMUM_SPI1 = 0x01;

/**
 * UICC toolkit application specific parameters (ETSI TS 102 226 section 8.2.1.3.2.2), or those of a SIM (section 8.2.1.3.2.1), before which an access
 * domain stands: priority, timers, length of menu texts, menu entries of two octets, channels; then minimum security level and TARs, each with its length.
 *
 * @returns undefined when there are none, or they are cut off
 */
export function parseToolkitParameters({
  uicc,
  sim,
}: {
  readonly uicc: Uint8Array | undefined;
  readonly sim: Uint8Array | undefined;
}): ToolkitParameters | undefined {
  const octets = uicc ?? sim?.subarray(1 + (sim[0] ?? 0));
  if (octets === undefined) return undefined;
  const entries = octets[3] ?? 0;
  const level = field(octets, 5 + 2 * entries);
  const tars = level === undefined ? undefined : field(octets, 6 + 2 * entries + level.length);
  if (level === undefined || tars === undefined || tars.length % 3 !== 0) return undefined;
  return {
    minimumSecurityLevel: minimumOf(level),
    tars: Array.from({ length: tars.length / 3 }, (_, i) => toHex(tars.subarray(3 * i, 3 * i + 3))),
  };
}

function minimumOf(level: Uint8Array): SecurityLevel | undefined {
  if (level.length === 0) return NO_MINIMUM;
  const [parameter, octet] = level;
  return parameter === MINIMUM_SPI1 && octet !== undefined ? parseSecurityLevel(octet) : undefined;
}

function field(octets: Uint8Array, at: number): Uint8Array | undefined {
  const length = octets[at];
  const value = octets.subarray(at + 1, at + 1 + (length ?? 0));
  return length === undefined || value.length < length ? undefined : value;
}
