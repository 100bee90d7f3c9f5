import type { IdentityCertificatesService } from '@tegata/contracts/authentication-v1';
import type { HandlersOf } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { getCertificate } from './get-certificate.ts';
import { listCertificates } from './list-certificates.ts';
import { revokeCertificate } from './revoke-certificate.ts';
import { currentStatusList } from './status-list.ts';

/** Certificates after their issue: acquisition (S28-S29), status, revocation. */
export const identityCertificates = (
  context: AuthenticationContext,
): HandlersOf<typeof IdentityCertificatesService> => ({
  getCertificate: (request) => getCertificate(context, request),
  getCertificateStatusList: async () => ({ certificateList: Buffer.from(await currentStatusList(context)) }),
  listCertificates: (request) => listCertificates(context, request),
  revokeCertificate: (request) => revokeCertificate(context, request),
});
