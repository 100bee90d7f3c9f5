import type { SmDsKeys } from '@tegata/pki';
import { type AuthenticatingServer, compareVersions, signerWith } from '@tegata/rsp';

/** The relay as SGP.22 sees it: an SM-DS, its key parsed once. */
export function smDs(keys: SmDsKeys, address: string): AuthenticatingServer {
  const { certificate, key } = keys.dsAuth;
  return {
    kind: 'SM-DS',
    address,
    supportsSvn: (svn) => compareVersions(svn, '2.0.0') >= 0 && compareVersions(svn, '3.0.0') < 0,
    credentials: [{ certificate, signer: signerWith(key) }],
    cis: keys.cis,
  };
}
