import type { ServerSet, SmDsKeys, TlsIdentity } from '@tegata/pki';
import { type AuthenticatingServer, compareVersions, signerWith } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';

/**
 * The relay as SGP.22 sees it, an SM-DS, by the listener that shows it: a listener that is named like a set of the PKI shows that set,
 * every other one the relay's own. Keys are parsed once.
 */
export function smDsByListener(keys: SmDsKeys, address: string): RelayContext['smDs'] {
  const own = smDs(keys, address);
  const ofSets = new Map([...keys.sets].map(([set, shown]) => [set, smDs(shown, address)]));
  return (listener) => ofSets.get(listener ?? '') ?? own;
}

/** What a listener shows of the relay: its TLS certificate. @throws Error for a set that the PKI has not */
export function tlsIdentityOf({ dsTls, sets }: Pick<SmDsKeys, 'dsTls' | 'sets'>, set: string | undefined): TlsIdentity {
  if (set === undefined) return dsTls;
  const shown = sets.get(set);
  if (shown === undefined) throw new Error(`the PKI has no set ${set}`);
  return shown.tls ?? dsTls;
}

/** An SM-DS with one set of CIs and certificates. */
export function smDs(
  keys: Pick<ServerSet, 'cis' | 'credentials' | 'address' | 'isRevoked'>,
  address: string,
): AuthenticatingServer {
  return {
    kind: 'SM-DS',
    address: keys.address ?? address,
    supportsSvn: (svn) => compareVersions(svn, '2.0.0') >= 0 && compareVersions(svn, '3.0.0') < 0,
    credentials: keys.credentials.map(({ auth: { certificate, key } }) => ({ certificate, signer: signerWith(key) })),
    cis: keys.cis,
    isRevoked: keys.isRevoked,
  };
}
