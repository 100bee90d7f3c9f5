import { integer, octets, sequence, sequenceOf } from '@tegata/der';
import { toHex } from '@tegata/rsp';
import type { Certificate, CertificateRevocationList } from '@tegata/x509';
import type { Memory, Transaction } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';

/** By issuer, number of the list and number of the part: the certificates that one part of a list revokes. */
const revocationsRecord = recordType(
  'isd-r-revocations',
  sequence(0x30, {
    /** CRL number, 20 octets */
    list: octets(0x80, 20),
    part: integer(0x81, 1),
    /** parts that the list has */
    total: integer(0x82, 1),
    /** serial numbers */
    revoked: sequenceOf(0xa3, octets(0x04, 1, 20)),
  }),
);
type Revocations = { readonly list: Uint8Array; readonly part: number; readonly total: number };

/** What a list that was taken changes: parts that are still to come, by number. */
export interface TakenList {
  readonly missing: readonly number[];
  readonly store: (transaction: Transaction) => void;
}

/**
 * How the memory takes a list, or a part of one, whose signature holds: its entries are in force at once; older lists of the
 * issuer stay until all parts are there. Entries of certificates that have ended anyway are not kept.
 *
 * @param issuer key identifier of the CI
 * @returns the error, of a list that is older than one that is there, or that contradicts parts that are
 */
export function takeRevocationList(
  memory: Memory,
  issuer: Uint8Array,
  { number, part = { number: 1, total: 1 }, revoked }: CertificateRevocationList,
  at: Date,
): TakenList | 'fresherCrlAlreadyLoaded' | 'undefinedError' {
  const list = Buffer.from(number.toString(16).padStart(40, '0'), 'hex');
  const present = [...memory.list(revocationsRecord, `${toHex(issuer)}/`)].map(({ identifier, value }) => ({
    identifier,
    ...(value as Revocations),
  }));
  if (present.some((other) => Buffer.compare(other.list, list) > 0)) return 'fresherCrlAlreadyLoaded';
  const siblings = present.filter((other) => Buffer.compare(other.list, list) === 0);
  if (siblings.some(({ total }) => total !== part.total)) return 'undefinedError';
  const received = new Set([...siblings.map((sibling) => sibling.part), part.number]);
  const missing = Array.from({ length: part.total }, (_, i) => i + 1).filter((wanted) => !received.has(wanted));
  const entries = [...revoked.values()].filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at);
  return {
    missing,
    store: (t) => {
      if (missing.length === 0) {
        for (const { identifier } of present.filter((other) => !siblings.includes(other))) {
          t.delete(revocationsRecord, identifier);
        }
      }
      t.put(revocationsRecord, [toHex(issuer), toHex(list), String(part.number)].join('/'), {
        list,
        part: part.number,
        total: part.total,
        revoked: entries.map(({ serialNumber }) => serialOctets(serialNumber)),
      });
    },
  };
}

/** The check of revocation for chains under the CIs whose lists the eUICC was given. */
export function isRevoked(memory: Memory): (certificate: Certificate, issuer: Certificate) => boolean {
  return ({ serialNumber }, { subjectKeyIdentifier }) => {
    if (subjectKeyIdentifier === undefined) return false;
    const serial = serialOctets(serialNumber);
    return [...memory.list(revocationsRecord, `${toHex(subjectKeyIdentifier)}/`)].some(({ value }) =>
      value.revoked.some((revoked) => Buffer.compare(revoked, serial) === 0),
    );
  };
}

function serialOctets(serialNumber: string): Uint8Array {
  return Buffer.from(serialNumber.padStart(serialNumber.length + (serialNumber.length % 2), '0'), 'hex');
}
