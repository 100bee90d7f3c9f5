import type { TlsIdentity } from '@tegata/service-kit';
import type { CertificateRole } from '@tegata/x509';
import { type HttpsListenerSetting, readPem } from './listener-settings.ts';
import { type ClientAuthentication, fingerprintOf } from './pinned-clients.ts';
import type { RspListener } from './rsp-server.ts';
import type { ServedInterface } from './served-functions.ts';

/**
 * The listener of a setting: its files read, its interfaces in the order in which they get requests.
 *
 * @param identityOf TLS certificate of the credentials with this name; undefined names the server's first
 * @param serve the interfaces with their handlers, for the names that the setting lists
 * @throws Error for a file that can't be read or is no certificate
 */
export function configuredListener<Name extends string>(
  setting: HttpsListenerSetting<Name>,
  identityOf: (credentials: string | undefined) => TlsIdentity,
  serve: (names: readonly Name[]) => readonly ServedInterface[],
): RspListener {
  return {
    address: setting.address,
    ...(setting.credentials !== undefined && { name: setting.credentials }),
    identity: identityOf(setting.credentials),
    clients: clientsOf(setting),
    serves: serve(setting.serves),
  };
}

/** Servers show each other their TLS certificates (SGP.22 section 2.6.6); which ones an operator has is its own affair. */
const rolesOf: Readonly<Record<string, CertificateRole | undefined>> = { es12: 'DPtls', es15: 'DStls' };

function clientsOf({ clients, clientRoots, serves }: HttpsListenerSetting): ClientAuthentication | undefined {
  if (clients === undefined) return undefined;
  const roles = serves.map((name) => rolesOf[name]);
  const files = clients.flatMap(({ certificate }) => (certificate === undefined ? [] : [readPem(certificate)]));
  return {
    roots: [...(clientRoots === undefined ? [] : [readPem(clientRoots)]), ...files].join('\n'),
    pinned: clients.map(({ caller, certificate, sha256 }) => ({
      caller,
      sha256: sha256 ?? fingerprintOf(readPem(certificate ?? '')),
    })),
    // One interface without a role of its own is open to all that are pinned.
    ...(roles.every((role) => role !== undefined) && { roles }),
  };
}
