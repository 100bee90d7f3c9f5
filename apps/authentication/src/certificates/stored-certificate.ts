import type { AuthenticationContext } from '../context.ts';
import type { IdentityCertificate } from '../generated/client.ts';

const row = (serialNumber: string) => `identity_certificate:${serialNumber}:certificate`;

/** Encrypts a certificate for its row: it names the EID, which the row itself holds as a tag only. */
export const sealCertificate = (
  { vault }: Pick<AuthenticationContext, 'vault'>,
  serialNumber: string,
  der: Uint8Array,
) => vault.seal(row(serialNumber), der);

/** Opens a stored certificate, DER. */
export const openCertificate = (
  { vault }: Pick<AuthenticationContext, 'vault'>,
  { serialNumber, certificate }: IdentityCertificate,
): Promise<Uint8Array> => vault.open(row(serialNumber), certificate);
