import {
  choice,
  type Decoded,
  explicit,
  integer,
  octets,
  optional,
  Schema,
  sequence,
  sequenceOf,
  type Tlv,
  verbatim,
} from '@tegata/der';
import { CHALLENGE_OCTETS } from './elements.ts';

/**
 * ES10b: functions that have no file of their own. AuthenticateServer, PrepareDownload, CancelSession, the notifications
 * and GetRAT have (SGP.22 sections 5.7.5 to 5.7.14, 5.7.22).
 */

/** BF20 and BF22 without content: GetEUICCInfo1 and GetEUICCInfo2; the answers are `EUICCInfo1` and `EUICCInfo2`. */
export const GetEuiccInfo1Request = sequence(0xbf20, {});
export const GetEuiccInfo2Request = sequence(0xbf22, {});

/** BF2E: GetEUICCChallenge, which opens a session. */
export const GetEuiccChallengeRequest = sequence(0xbf2e, {});

export const GetEuiccChallengeResponse = sequence(0xbf2e, { euiccChallenge: octets(0x80, CHALLENGE_OCTETS) });
export type GetEuiccChallengeResponse = Decoded<typeof GetEuiccChallengeResponse>;

/**
 * A whole SEQUENCE in the place of a member [0] IMPLICIT: on the wire A0 stands where the object itself, over which
 * signatures are, has 30.
 */
class RetaggedSequence extends Schema<Uint8Array> {
  readonly tags = [0xa0] as const;
  readonly #whole = verbatim(0x30);

  read({ raw }: Tlv): Uint8Array {
    const whole = Uint8Array.from(raw);
    whole[0] = 0x30;
    return whole;
  }

  encode(whole: Uint8Array): Uint8Array {
    const object = Uint8Array.from(this.#whole.encode(whole));
    object[0] = 0xa0;
    return object;
  }
}

/** BF35: LoadCRL; `crl` is a whole CertificateList (tag 30). */
export const LoadCRLRequest = sequence(0xbf35, { crl: new RetaggedSequence() });
export type LoadCRLRequest = Decoded<typeof LoadCRLRequest>;

/** 5 and 6 since a later edition than the others. */
export const LoadCRLError = {
  invalidSignature: 1,
  invalidCRLFormat: 2,
  notEnoughMemorySpace: 3,
  verificationKeyNotFound: 4,
  fresherCrlAlreadyLoaded: 5,
  baseCrlMissing: 6,
  undefinedError: 127,
} as const;

export const LoadCRLResponse = explicit(
  0xbf35,
  choice({
    loadCRLResponseOk: sequence(0xa0, {
      /** numbers of the partial CRLs that are still missing */
      missingParts: optional(sequenceOf(0xa0, sequence(0x30, { number: integer(0x80, 0) }))),
    }),
    /** see `LoadCRLError` */
    loadCRLResponseError: integer(0x81),
  }),
);
export type LoadCRLResponse = Decoded<typeof LoadCRLResponse>;
