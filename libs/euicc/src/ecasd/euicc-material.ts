import type { KeyObject } from 'node:crypto';
import { GetRatResponse, type OperatorId, type PprId } from '@tegata/rsp';
import type { Certificate } from '@tegata/x509';

/** A key of the eUICC and the certificates that lead from it to one CI. */
export interface EuiccKeyMaterial {
  /** SK.EUICC.ECDSA */
  readonly privateKey: KeyObject;
  readonly euiccCertificate: Certificate;
  readonly eumCertificate: Certificate;
}

/** One line of the rules authorisation table (SGP.22 section 2.4.11): who may set which profile policy rules. */
export interface ProfilePolicyAuthorisationRule {
  readonly pprIds: readonly PprId[];
  /** `EEEEEE` as MCC and MNC stands for every operator; an empty GID stands for any */
  readonly allowedOperators: readonly Omit<OperatorId, 'raw' | 'extensions'>[];
  readonly consentRequired: boolean;
}

/** What an eUICC leaves the factory with. Written once. */
export interface EuiccMaterial {
  /** 32 digits */
  readonly eid: string;
  /** one for each CI that the eUICC can sign under, the preferred one first */
  readonly credentials: readonly EuiccKeyMaterial[];
  /** CIs that it verifies servers with, the preferred one first */
  readonly ciCertificates: readonly Certificate[];
  /** FQDN of the root SM-DS; empty: none */
  readonly rootDsAddress: string;
  /** FQDN of the default SM-DP+; absent: none */
  readonly defaultDpAddress?: string;
  /** octets of non-volatile memory; default 2 MiB */
  readonly memoryOctets?: number;
  /** default: every operator may set ppr1 and ppr2, with the user's consent */
  readonly rulesAuthorisationTable?: readonly ProfilePolicyAuthorisationRule[];
}

export const DEFAULT_MEMORY_OCTETS = 2 * 1024 * 1024;

export const DEFAULT_RULES: readonly ProfilePolicyAuthorisationRule[] = [
  { pprIds: ['ppr1', 'ppr2'], allowedOperators: [{ mccMnc: 'EEEEEE' }], consentRequired: true },
];

/** The table as GetRAT answers it: DER, tag BF43. */
export function encodeRules(rules: readonly ProfilePolicyAuthorisationRule[]): Uint8Array {
  return GetRatResponse.encode({
    rat: rules.map(({ pprIds, allowedOperators, consentRequired }) => ({
      pprIds,
      allowedOperators: allowedOperators.map(({ mccMnc, gid1, gid2 }) => ({ mccMnc, gid1, gid2 })),
      pprFlags: consentRequired ? (['consentRequired'] as const) : [],
    })),
  });
}
