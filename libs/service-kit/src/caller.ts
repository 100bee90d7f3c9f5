import type { PeerCertificate } from 'node:tls';
import { type Role, roles } from '@tegata/contracts';

/** Who calls. */
export interface Caller {
  readonly role: Role;
  /** Which of its role, from the certificate: `aozora`. Undefined where a role has one member or none is named. */
  readonly name: string | undefined;
}

/** Trust domain of the service PKI's identities. */
export const trustDomain = 'tegata.example';

/** A caller as logs and counts have it: `terminal`, `relay`, `management/aozora`. */
export function callerLabel({ role, name }: Caller): string {
  return name === undefined ? role : `${role}/${name}`;
}

/** The identity that a certificate of the service PKI carries: `spiffe://tegata.example/management/aozora`. */
export function spiffeId(caller: Caller): string {
  return `spiffe://${trustDomain}/${callerLabel(caller)}`;
}

/** Roles that come with a certificate; `terminal` and `local` are what a connection without one is. */
const certifiedRoles: ReadonlySet<string> = new Set(roles.filter((role) => role !== 'terminal' && role !== 'local'));
const identityPattern = /^URI:spiffe:\/\/tegata\.example\/([a-z]+)(?:\/([a-z0-9][a-z0-9-]{0,62}))?$/;

/**
 * The caller that a verified certificate names. Undefined unless it has exactly one URI SAN, of this trust domain and
 * with a role that certificates are made for. Node quotes names with unusual characters, so that none can pass for two.
 */
export function callerOf(certificate: Pick<PeerCertificate, 'subjectaltname'> | undefined): Caller | undefined {
  const names = certificate?.subjectaltname?.split(', ') ?? [];
  const uris = names.filter((name) => name.startsWith('URI:'));
  const match = uris.length === 1 ? identityPattern.exec(uris[0] as string) : null;
  const [, role, name] = match ?? [];
  if (role === undefined || !certifiedRoles.has(role)) return undefined;
  return { role: role as Role, name };
}
