import { EarlierVerification } from '@tegata/contracts/authentication-v1';
import { parseTransferStatement } from '@tegata/identity';
import { TerminalError } from '../terminal-error.ts';

/** What a transfer code begins with: kind and version. */
const prefix = 'tegata-transfer-1.';

/** What the device used until now gives, as text: base64url of a tegata.authentication.v1.EarlierVerification after a prefix. */
export const writeTransferCode = (earlier: EarlierVerification): string =>
  prefix + Buffer.from(EarlierVerification.encode(earlier).finish()).toString('base64url');

/**
 * Reads a transfer code, and whether it is for this device: what the authentication server would refuse costs no round trip, and no
 * local authentication. White space at its ends and line breaks in it are nothing.
 *
 * Errors: TRANSFER_CODE_UNREADABLE, TRANSFER_OF_ANOTHER_DEVICE.
 */
export function readTransferCode(code: string, eid: string): EarlierVerification {
  const text = code.replaceAll(/\s/g, '');
  const encoded = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !/^[\w-]+$/.test(encoded)) throw unreadable();
  let earlier: EarlierVerification;
  let successorEid: string;
  try {
    earlier = EarlierVerification.decode(Buffer.from(encoded, 'base64url'));
    ({ successorEid } = parseTransferStatement(earlier.transferStatement));
  } catch (cause) {
    throw unreadable(cause);
  }
  if (successorEid === eid) return earlier;
  const message = `The transfer code is for the device with EID ${successorEid}; this one has ${eid}.`;
  throw new TerminalError('precondition', 'TRANSFER_OF_ANOTHER_DEVICE', message);
}

function unreadable(cause?: unknown): TerminalError {
  const message = 'This is no transfer code, or a part of it is missing; tegata certificate transfer makes one.';
  return new TerminalError('invalid', 'TRANSFER_CODE_UNREADABLE', message, { cause });
}
