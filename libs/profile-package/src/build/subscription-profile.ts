import type { MncLength } from '../subscription/imsi.ts';
import type { DisplayCondition } from '../subscription/names.ts';
import type { NetworkPreference } from '../subscription/networks.ts';

/** Everything that is particular to one subscription. What is not given gets the value named here. */
export interface SubscriptionProfile {
  /** 18 to 20 digits */
  readonly iccid: string;
  /** 6 to 15 digits */
  readonly imsi: string;
  /** digits of the IMSI that are the MNC */
  readonly mncLength: MncLength;
  /** digits with country code, up to 15; none: EF.MSISDN is empty */
  readonly msisdn?: string;
  /** subscriber key K, 16 octets */
  readonly ki: Uint8Array;
  /** operator variant for this key, 16 octets (`deriveOpc` of @tegata/aka) */
  readonly opc: Uint8Array;
  /** PIN of the user, 4 to 8 digits */
  readonly pin1: string;
  /** whether the PIN is asked for; default no */
  readonly pin1Enabled?: boolean;
  /** 8 digits */
  readonly puk1: string;
  readonly pin2: string;
  readonly puk2: string;
  /** 8 octets, or 4 to 8 digits */
  readonly adm1: string | Uint8Array;
  /** service provider name: 16 characters of the default alphabet, or 7 others */
  readonly spn: string;
  readonly spnDisplay?: DisplayCondition;
  /** access classes; default: the one of the last digit of the IMSI */
  readonly acc?: readonly number[];
  /** languages in order of preference, two letters each (ISO 639-1), up to 3; default none */
  readonly languages?: readonly string[];
  /** address of the short message centre, digits with country code; default none */
  readonly shortMessageCentre?: string;
  /** numbers that may always be called; default 112 and 911 */
  readonly emergencyNumbers?: readonly string[];
  /** networks the operator prefers abroad; default none */
  readonly preferredNetworks?: readonly NetworkPreference[];
  /** networks that count as home, besides that of the IMSI (5 or 6 digits each); default none */
  readonly equivalentHomeNetworks?: readonly string[];
  /** group identifiers, 1 to 8 octets; default none */
  readonly gid1?: Uint8Array;
  readonly gid2?: Uint8Array;
  /** name of the kind of profile in the header, up to 100 characters; default none */
  readonly profileType?: string;
  /** keys of the operator's security domain, for remote management; default: the package has no security domain */
  readonly mnoSecurityDomain?: MnoSecurityDomain;
}

/** Keys of the MNO-SD: one set for secured packets (SCP80), AES, 16 octets each. */
export interface MnoSecurityDomain {
  /** for encryption (KIc) */
  readonly encryption: Uint8Array;
  /** for integrity (KID) */
  readonly integrity: Uint8Array;
  /** for the encryption of keys (KIK) */
  readonly keyEncryption: Uint8Array;
}
