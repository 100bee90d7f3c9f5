import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';

/**
 * GET IDENTITY (3GPP TS 31.102 section 7.5). SUCI are not computed here: the answer is that the conditions for it are not
 * there, and the terminal does it itself with the keys in EF.SUCI_Calc_Info where the profile lets it.
 */
export function getIdentity(): never {
  throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
}
