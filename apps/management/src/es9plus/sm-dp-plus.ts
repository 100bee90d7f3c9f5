import type { CertifiedKey, ServerSet, SmDpPlusKeys, TlsIdentity } from '@tegata/pki';
import {
  type AuthenticatingServer,
  compareVersions,
  issuerOf,
  RspRefusal,
  type ServerCredential,
  signerWith,
} from '@tegata/rsp';
import type { Certificate, ChainOptions } from '@tegata/x509';
import type { ServiceProvider } from '../carrier.ts';

/** Certificates of an SM-DP+ under one CI, and so on one curve; keys parsed once, at the start. */
export interface DpCredentials {
  /** registeredID of both certificates. */
  readonly oid: string;
  readonly dpAuth: ServerCredential;
  readonly dpPb: ServerCredential;
}

/** An SM-DP+ as it is seen through one listener: own address, CIs it trusts, certificates under some of them. */
export interface SmDpPlus {
  readonly server: AuthenticatingServer;
  /** One for each CI it has certificates of. */
  readonly credentials: readonly DpCredentials[];
  /**
   * CIs whose eUICCs may tell it of changes: those of all listeners, since a profile names one address for that, whichever listener it
   * was downloaded through.
   */
  readonly notifyingCis: readonly Certificate[];
  /** Whether one of those has revoked a certificate. */
  readonly isRevokedByAny?: ChainOptions['isRevoked'];
  /** Identifier in the control reference template of every binding, 1 to 16 octets. */
  readonly hostId: Uint8Array;
}

type Notifying = Pick<SmDpPlus, 'notifyingCis' | 'isRevokedByAny'>;

/** The SM-DP+ as the listener with this name shows it. */
export type SmDpPlusByListener = (listener: string | undefined) => SmDpPlus;

const credential = ({ certificate, key }: CertifiedKey): ServerCredential => ({
  certificate,
  signer: signerWith(key),
});

/**
 * A carrier's SM-DP+ by the listener that shows it: a listener that is named like a set of the PKI shows that set, every other one the
 * carrier's own.
 */
export function smDpPlusByListener(
  keys: Pick<SmDpPlusKeys, 'cis' | 'credentials' | 'sets' | 'isRevoked'>,
  carrier: ServiceProvider,
): SmDpPlusByListener {
  const all = [keys, ...keys.sets.values()];
  const notifying: Notifying = {
    notifyingCis: all.flatMap(({ cis }) => cis),
    isRevokedByAny: (...chain) => all.some(({ isRevoked }) => isRevoked?.(...chain)),
  };
  const own = smDpPlus(keys, carrier, notifying);
  const ofSets = new Map([...keys.sets].map(([set, shown]) => [set, smDpPlus(shown, carrier, notifying)]));
  return (listener) => ofSets.get(listener ?? '') ?? own;
}

/** What a listener shows of a carrier: its TLS certificate too. @throws Error for a set that the PKI has not */
export function tlsIdentityOf(
  { dpTls, sets }: Pick<SmDpPlusKeys, 'dpTls' | 'sets'>,
  set: string | undefined,
): TlsIdentity {
  if (set === undefined) return dpTls;
  const shown = sets.get(set);
  if (shown === undefined) throw new Error(`the PKI has no set ${set}`);
  return shown.tls ?? dpTls;
}

function smDpPlus(
  keys: Pick<ServerSet, 'cis' | 'credentials' | 'address' | 'isRevoked'>,
  { address, name }: ServiceProvider,
  notifying: Notifying,
): SmDpPlus {
  const credentials = keys.credentials.flatMap(({ oid, auth, pb }): DpCredentials[] =>
    pb === undefined ? [] : [{ oid, dpAuth: credential(auth), dpPb: credential(pb) }],
  );
  return {
    server: {
      kind: 'SM-DP+',
      address: keys.address ?? address,
      supportsSvn: (svn) => compareVersions(svn, '2.0.0') >= 0 && compareVersions(svn, '3.0.0') < 0,
      credentials: credentials.map(({ dpAuth }) => dpAuth),
      cis: keys.cis,
      isRevoked: keys.isRevoked,
    },
    credentials,
    ...notifying,
    hostId: Buffer.from(name, 'ascii').subarray(0, 16),
  };
}

/**
 * The certificates that a session goes on with: those of the CI it was begun with (SGP.22 section 3.1.3.2: CERT.DPpb is of
 * the same CI and server as CERT.DPauth).
 * @throws RspRefusal 8.10.1/3.9 where the session was begun at a listener with other certificates.
 */
export function credentialsOf(
  { credentials }: SmDpPlus,
  { serverCiKeyId }: { readonly serverCiKeyId: Uint8Array },
): DpCredentials {
  const own = credentials.find(({ dpAuth }) => Buffer.compare(issuerOf(dpAuth), serverCiKeyId) === 0);
  if (own === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return own;
}
