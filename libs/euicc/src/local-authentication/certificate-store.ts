import { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import { octets } from '@tegata/der';
import { type IdentityCertificate, parseIdentityCertificate } from '@tegata/identity';
import type { Ecasd } from '../ecasd/ecasd.ts';
import { EuiccError } from '../euicc-error.ts';
import type { Memory } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';
import { isPasswordRegistered } from './registered-password.ts';
import type { ReleasePermission } from './release-permission.ts';

/** At most one: serialised IssuedCertificate, as it was received. */
export const certificateRecord = recordType('identity-certificate', octets(0x04));

/** What the certificate store works with. */
export interface CertificateStoreContext {
  readonly memory: Memory;
  readonly ecasd: Ecasd;
  readonly permission: ReleasePermission;
}

/** The identity certificate in the eUICC's memory (S33, S46, S47). Not for concurrent calls. */
export class CertificateStore {
  constructor(private readonly context: CertificateStoreContext) {}

  /**
   * S33: stores the certificate, in place of an earlier one. Who issued it is for those to verify whom it is shown to; that
   * it is about this eUICC is verified here.
   *
   * @param issuedCertificate serialised tegata.authentication.v1.IssuedCertificate
   * Without a password registered nothing could ever be put out, and whoever registered one later could use it: refused.
   *
   * @throws EuiccError `CERTIFICATE_NOT_FOR_THIS_EUICC`, `LOCAL_AUTHENTICATION_NOT_REGISTERED`
   */
  async storeCertificate(issuedCertificate: Uint8Array): Promise<void> {
    const { memory, ecasd } = this.context;
    const { eid, certificate } = read(issuedCertificate);
    const isOwnKey = ecasd.credentials.some(({ publicKey }) => publicKey.equals(certificate.publicKey));
    if (eid !== ecasd.eid || !isOwnKey) {
      throw new EuiccError('CERTIFICATE_NOT_FOR_THIS_EUICC', 'the certificate is for another eUICC');
    }
    if (!isPasswordRegistered(memory)) {
      throw new EuiccError('LOCAL_AUTHENTICATION_NOT_REGISTERED', 'no password is registered');
    }
    await memory.commit((t) => t.put(certificateRecord, '', issuedCertificate));
  }

  /** S10, S46: whether one is stored. */
  get stored(): boolean {
    return this.context.memory.get(certificateRecord) !== undefined;
  }

  /**
   * S47: puts out the certificate, once after a successful local authentication for the same contract.
   *
   * @param contractId UUID, 16 octets
   * @throws EuiccError `NO_CERTIFICATE`, `CERTIFICATE_OUTPUT_FORBIDDEN`
   */
  releaseCertificate(contractId: Uint8Array): Uint8Array {
    const certificate = this.context.memory.get(certificateRecord);
    if (certificate === undefined) throw new EuiccError('NO_CERTIFICATE', 'no identity certificate is stored');
    if (!this.context.permission.consume(contractId)) {
      throw new EuiccError(
        'CERTIFICATE_OUTPUT_FORBIDDEN',
        'the certificate is put out after local authentication only',
      );
    }
    return certificate;
  }
}

function read(issuedCertificate: Uint8Array): IdentityCertificate {
  try {
    const [first] = IssuedCertificate.decode(issuedCertificate).certificateChain;
    return parseIdentityCertificate(first ?? new Uint8Array(0));
  } catch (cause) {
    throw new EuiccError('CERTIFICATE_NOT_FOR_THIS_EUICC', 'this is no identity certificate', { cause });
  }
}
