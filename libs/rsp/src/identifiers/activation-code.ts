import { isObjectIdentifier } from '@tegata/der';
import { IdentifierError } from './identifier-error.ts';
import { isMatchingId } from './matching-id.ts';
import { isServerAddress } from './server-address.ts';

/** What an activation code tells the LPA (SGP.22 section 4.1). */
export interface ActivationCode {
  /** where the profile waits */
  readonly smdpAddress: string;
  /** AC token, sent as matchingId; empty for the default order of the eUICC */
  readonly matchingId: string;
  /** what the SM-DP+ must have in its certificates */
  readonly smdpOid?: string;
  /** whether the user will be asked for a confirmation code */
  readonly confirmationCodeRequired: boolean;
}

const FORMAT = '1';
const MAXIMUM_LENGTH = 255;

/**
 * The parts of an activation code, with or without the prefix of a QR code. Fields after the fifth, which later editions
 * define, are ignored.
 *
 * @throws IdentifierError `BAD_ACTIVATION_CODE`
 */
export function parseActivationCode(text: string): ActivationCode {
  const code = text.trim().replace(/^LPA:/i, '');
  if (code.length > MAXIMUM_LENGTH) throw bad('longer than 255 characters');
  const [format, smdpAddress, matchingId, smdpOid = '', flag = ''] = code.split('$');
  if (format !== FORMAT) throw bad('format is not 1');
  if (smdpAddress === undefined || !isServerAddress(smdpAddress)) throw bad('no SM-DP+ address');
  if (matchingId === undefined || !isMatchingId(matchingId)) throw bad('no token, or one with other characters');
  if (smdpOid !== '' && !isObjectIdentifier(smdpOid)) throw bad('SM-DP+ OID is not one');
  if (flag !== '' && flag !== '1') throw bad('confirmation code flag is not 1');
  return {
    smdpAddress,
    matchingId,
    ...(smdpOid !== '' && { smdpOid }),
    confirmationCodeRequired: flag === '1',
  };
}

/**
 * The text of an activation code, without the prefix of a QR code: `1$smdp.example.com$TOKEN$$1`. Fields keep their place,
 * empty ones at the end are left out.
 *
 * @throws IdentifierError `BAD_ACTIVATION_CODE` for parts that could not be parsed again
 */
export function printActivationCode(code: ActivationCode): string {
  const { smdpAddress, matchingId, smdpOid = '', confirmationCodeRequired } = code;
  const fields = [FORMAT, smdpAddress, matchingId];
  if (smdpOid !== '' || confirmationCodeRequired) fields.push(smdpOid);
  if (confirmationCodeRequired) fields.push('1');
  const text = fields.join('$');
  parseActivationCode(text);
  return text;
}

/** The content of the QR code for an activation code that was printed (SGP.22 section 4.1.2). */
export function qrCodeText(activationCode: string): string {
  return `LPA:${activationCode}`;
}

function bad(reason: string): IdentifierError {
  return new IdentifierError('BAD_ACTIVATION_CODE', `activation code: ${reason}`);
}
