import { DerError, type Schema } from '@tegata/der';
import { CertificateError } from '@tegata/x509';
import { RspRefusal } from '../refusals/rsp-refusal.ts';

/**
 * A parameter of a server's function, decoded.
 *
 * @throws RspRefusal `PARAMETER_INVALID`
 */
export function received<T>(schema: Schema<T, never>, octets: Uint8Array): T {
  try {
    return schema.decode(octets);
  } catch (cause) {
    if (cause instanceof DerError) throw new RspRefusal('PARAMETER_INVALID', { cause });
    throw cause;
  }
}

/**
 * The outcome of a check of an eUICC's certificates.
 *
 * @throws RspRefusal with the codes for the certificate
 */
export function checkingCertificates<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CertificateError) throw RspRefusal.ofCertificate(cause);
    throw cause;
  }
}
