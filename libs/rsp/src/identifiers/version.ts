import { IdentifierError } from './identifier-error.ts';

const NUMBER = '(0|[1-9]\\d{0,2})';
const TEXT = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);
const ADMIN_PROTOCOL = /^gsma\/rsp\/v(\d{1,3}\.\d{1,3}\.\d{1,3})$/i;

/**
 * VersionType: major, minor and revision in one octet each. `2.2.2` is `02 02 02`; a leading v is allowed.
 *
 * @throws IdentifierError `BAD_VERSION`
 */
export function packVersion(version: string): Uint8Array {
  const numbers = TEXT.exec(version)?.slice(1).map(Number);
  if (numbers === undefined || numbers.some((number) => number > 255)) {
    throw new IdentifierError('BAD_VERSION', 'a version is three numbers up to 255');
  }
  return Uint8Array.from(numbers);
}

/**
 * The printed form of a VersionType, `2.2.2`.
 *
 * @throws IdentifierError `BAD_VERSION` for anything but three octets
 */
export function unpackVersion(octets: Uint8Array): string {
  if (octets.length !== 3) throw new IdentifierError('BAD_VERSION', 'a VersionType has three octets');
  const [major, minor, revision] = octets;
  return `${major}.${minor}.${revision}`;
}

/** Negative, zero or positive as `one` is lower than, equal to or higher than `other`. */
export function compareVersions(one: string, other: string): number {
  return Buffer.compare(packVersion(one), packVersion(other));
}

/** Value of the HTTP header X-Admin-Protocol (SGP.22 section 6.2). */
export function printAdminProtocol(version: string): string {
  return `gsma/rsp/v${unpackVersion(packVersion(version))}`;
}

/**
 * The version in an X-Admin-Protocol header.
 *
 * @throws IdentifierError `BAD_VERSION`
 */
export function parseAdminProtocol(header: string): string {
  const version = ADMIN_PROTOCOL.exec(header.trim())?.[1];
  if (version === undefined) throw new IdentifierError('BAD_VERSION', 'not an X-Admin-Protocol of RSP');
  return unpackVersion(packVersion(version));
}
