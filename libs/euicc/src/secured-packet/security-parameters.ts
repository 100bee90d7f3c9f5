/** What protects the content of a packet: nothing, redundancy check, cryptographic checksum, digital signature. */
export const INTEGRITIES = ['none', 'rc', 'cc', 'ds'] as const;
export type Integrity = (typeof INTEGRITIES)[number];

/** What the counter of a command packet is good for, from the least to the most. */
export const COUNTER_MODES = [
  /** there is none: the field is ignored */
  'none',
  /** for information only: neither replay nor sequence is checked */
  'unchecked',
  /** the packet is processed only when its counter is higher than the last one */
  'higher',
  /** ... exactly one higher */
  'one-higher',
] as const;
export type CounterMode = (typeof COUNTER_MODES)[number];

/** When a response packet is asked for: the proof of receipt. */
export const PROOFS_OF_RECEIPT = ['never', 'always', 'on-error', 'reserved'] as const;

/** The two octets of the SPI (ETSI TS 102 225 section 5.1.1, 3GPP TS 31.115 section 4.2). */
export interface SecurityParameters {
  /** of the command packet */
  readonly integrity: Integrity;
  readonly ciphering: boolean;
  readonly counter: CounterMode;
  readonly proofOfReceipt: {
    readonly when: (typeof PROOFS_OF_RECEIPT)[number];
    readonly integrity: Integrity;
    readonly ciphering: boolean;
    /** in the report of the message's delivery, or in a short message of its own */
    readonly by: 'deliver-report' | 'submit';
  };
}

/** The SPI of two octets. */
export function parseSecurityParameters(first: number, second: number): SecurityParameters {
  return {
    ...parseSecurityLevel(first),
    proofOfReceipt: {
      when: PROOFS_OF_RECEIPT[second & 0x03] ?? 'reserved',
      integrity: INTEGRITIES[(second >> 2) & 0x03] ?? 'none',
      ciphering: (second & 0x10) !== 0,
      by: (second & 0x20) === 0 ? 'deliver-report' : 'submit',
    },
  };
}

/** The two octets of an SPI. */
export function encodeSecurityParameters({ proofOfReceipt: por, ...level }: SecurityParameters): Uint8Array {
  const first =
    INTEGRITIES.indexOf(level.integrity) | (level.ciphering ? 0x04 : 0) | (COUNTER_MODES.indexOf(level.counter) << 3);
  const second =
    PROOFS_OF_RECEIPT.indexOf(por.when) |
    (INTEGRITIES.indexOf(por.integrity) << 2) |
    (por.ciphering ? 0x10 : 0) |
    (por.by === 'submit' ? 0x20 : 0);
  return Uint8Array.of(first, second);
}

/** How a command packet is secured. */
export type SecurityLevel = Pick<SecurityParameters, 'integrity' | 'ciphering' | 'counter'>;

/** The first octet of an SPI: also how a minimum security level is written (ETSI TS 102 226 section 8.2.1.3.2). */
export function parseSecurityLevel(octet: number): SecurityLevel {
  return {
    integrity: INTEGRITIES[octet & 0x03] ?? 'none',
    ciphering: (octet & 0x04) !== 0,
    counter: COUNTER_MODES[(octet >> 3) & 0x03] ?? 'none',
  };
}

/** Whether a packet is secured at least as the minimum asks, in each respect. */
export function isSufficient(level: SecurityLevel, minimum: SecurityLevel): boolean {
  return (
    INTEGRITIES.indexOf(level.integrity) >= INTEGRITIES.indexOf(minimum.integrity) &&
    (level.ciphering || !minimum.ciphering) &&
    COUNTER_MODES.indexOf(level.counter) >= COUNTER_MODES.indexOf(minimum.counter)
  );
}
