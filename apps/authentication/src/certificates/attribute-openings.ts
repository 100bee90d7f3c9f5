import { type AttributeOpening, IssuedCertificate } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import type { IdentityCertificate } from '../generated/client.ts';

const row = (serialNumber: string) => `identity_certificate:${serialNumber}:attribute_openings`;

/** Encrypts what opens a certificate's attribute digests for the certificate's row. */
export function sealAttributes(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  serialNumber: string,
  attributeOpenings: readonly AttributeOpening[],
) {
  const octets = IssuedCertificate.encode({ certificateChain: [], attributeOpenings: [...attributeOpenings] }).finish();
  return vault.seal(row(serialNumber), octets);
}

/** What opens a certificate's attribute digests. */
export async function openAttributes(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  { serialNumber, attributeOpenings }: IdentityCertificate,
): Promise<AttributeOpening[]> {
  if (!attributeOpenings) return [];
  return IssuedCertificate.decode(await vault.open(row(serialNumber), attributeOpenings)).attributeOpenings;
}
