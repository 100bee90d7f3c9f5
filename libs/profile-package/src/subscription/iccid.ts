import { IdentifierError, packIccid, packIccidInOrder, parseIccid, unpackIccidInOrder } from '@tegata/rsp';
import { badValue } from './subscription-value.ts';

/** An ICCID in the two codings of a package. They must agree. */
export interface IccidCodings {
  /** of the profile header: digits in order */
  readonly header: Uint8Array;
  /** of EF.ICCID, and of the metadata of SGP.22: nibbles swapped */
  readonly file: Uint8Array;
}

/** Both codings of an ICCID of 18 to 20 digits. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function encodeIccid(iccid: string): IccidCodings {
  try {
    const digits = parseIccid(iccid);
    return { header: packIccidInOrder(digits), file: packIccid(digits) };
  } catch (error) {
    if (error instanceof IdentifierError) throw badValue(error.message);
    throw error;
  }
}

/** The digits of the ICCID in a profile header. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function iccidOfHeader({ iccid }: { readonly iccid: Uint8Array }): string {
  try {
    return unpackIccidInOrder(iccid);
  } catch (error) {
    if (error instanceof IdentifierError) throw badValue(error.message);
    throw error;
  }
}
