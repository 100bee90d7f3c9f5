import { checksum, type PacketKey } from './packet-key.ts';
import { checkOctets, REDUNDANCY_CHECKS, type RedundancyCheck, redundancyCheck } from './redundancy-check.ts';
import { unidentified } from './secured-packet-error.ts';
import type { Integrity } from './security-parameters.ts';

/** How the RC/CC/DS field of a packet is made. */
export interface PacketIntegrity {
  /** octets of the field; 0 for none */
  readonly octets: number;
  compute(over: Uint8Array): Uint8Array;
}

const NO_INTEGRITY: PacketIntegrity = { octets: 0, compute: () => new Uint8Array(0) };

/**
 * What SPI and KID ask for. Digital signatures are not taken.
 *
 * @param kid the octet, which names the algorithm of a redundancy check
 * @param key of a cryptographic checksum
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR`
 */
export function packetIntegrity(integrity: Integrity, kid: number, key: PacketKey | undefined): PacketIntegrity {
  switch (integrity) {
    case 'none':
      return NO_INTEGRITY;
    case 'rc': {
      const checks = Object.keys(REDUNDANCY_CHECKS) as RedundancyCheck[];
      const check = checks.find((name) => REDUNDANCY_CHECKS[name] === (kid & 0x0f));
      if (check === undefined) throw unidentified('KID names no redundancy check');
      return { octets: checkOctets(check), compute: (over) => redundancyCheck(check, over) };
    }
    case 'cc':
      if (key === undefined) throw unidentified('there is no key for the checksum');
      return { octets: key.checksumOctets, compute: (over) => checksum(key, over) };
    case 'ds':
      throw unidentified('digital signatures are not supported');
  }
}
