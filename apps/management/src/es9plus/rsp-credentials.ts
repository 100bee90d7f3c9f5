import type { CertifiedKey, ManagementKeys } from '@tegata/pki';
import { type AuthenticatingServer, compareVersions, type ServerCredential, signerWith } from '@tegata/rsp';
import type { Carrier } from '../carrier.ts';

/** An SM-DP+ as SGP.22 sees it: keys parsed once, at the start. */
export interface RspCredentials {
  readonly server: AuthenticatingServer;
  /** CERT.DPpb, of the same CI and OID as CERT.DPauth. */
  readonly dpPb: ServerCredential;
  /** Identifier in the control reference template of every binding, 1 to 16 octets. */
  readonly hostId: Uint8Array;
}

const credential = ({ certificate, key }: CertifiedKey): ServerCredential => ({
  certificate,
  signer: signerWith(key),
});

/** Makes the credentials of a carrier's SM-DP+. */
export function rspCredentials(keys: ManagementKeys, { address, name }: Carrier): RspCredentials {
  return {
    server: {
      kind: 'SM-DP+',
      address,
      supportsSvn: (svn) => compareVersions(svn, '2.0.0') >= 0 && compareVersions(svn, '3.0.0') < 0,
      credentials: [credential(keys.dpAuth)],
      cis: keys.cis,
    },
    dpPb: credential(keys.dpPb),
    hostId: Buffer.from(name, 'ascii').subarray(0, 16),
  };
}
