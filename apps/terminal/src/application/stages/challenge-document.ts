import type { ActiveAuthentication } from '@tegata/contracts/authentication-v1';
import { type ChipFiles, chipChallenge, EmrtdRefusal, MrzError, readDataGroup1, requireAnswer } from '@tegata/emrtd';
import { readChipFolder } from '../../evidence/document-chip.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { RecordIn } from '../contract-record.ts';
import type { Run } from '../run.ts';

/**
 * Has the chip of the document in the reader answer the challenge of this contract (active authentication, ICAO 9303-11 section 6.1):
 * it opens once more, with the machine readable zone that was read from it.
 *
 * The answer is looked at before it is sent: one that is wrong is told at once.
 * @returns undefined where nothing is in a reader, or the chip has no key for this or one that is not accepted: its files count then
 * Errors: CHIP_NOT_GENUINE, and those of the reader.
 */
export async function challengeDocument(
  { contractId, nonce, evidence }: RecordIn<'informing'>,
  run: Run,
): Promise<ActiveAuthentication | undefined> {
  const { chipDirectory, chipReader } = evidence ?? {};
  if (chipDirectory === undefined || chipReader === undefined) return undefined;
  const files = readChipFolder(chipDirectory);
  const { dg14, dg15 } = files;
  if (!dg15) return undefined;
  const password = passwordOf(files, run.now());
  const challenge = chipChallenge({ contractId, eid: run.eid, nonce });
  const tell = (note: string) => run.tell({ kind: 'note', note });
  tell('Leave the document at the reader: its chip is asked whether it is the one that was issued.');
  const signature = await run.challengeChip(password, challenge, { reader: chipReader, signal: run.signal, tell });
  try {
    requireAnswer(files, { challenge, signature });
  } catch (cause) {
    if (!(cause instanceof EmrtdRefusal)) throw cause;
    if (cause.code === 'CHIP_ALGORITHM_UNSUPPORTED') {
      tell('The chip answers by cryptography that is not accepted any more. Its files are shown alone.');
      return undefined;
    }
    const message = 'The chip did not show that it is the one that was issued: it may be a copy.';
    throw new TerminalError('precondition', 'CHIP_NOT_GENUINE', message, { cause });
  }
  return {
    dataGroup15: Buffer.from(dg15),
    dataGroup14: Buffer.from(dg14 ?? []),
    signature: Buffer.from(signature),
    nonce: Buffer.from(nonce),
  };
}

function passwordOf({ dg1 }: ChipFiles, at: Date) {
  try {
    const { documentNumber, birthDate, expiryDate } = readDataGroup1(dg1, at);
    return { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
  } catch (cause) {
    if (!(cause instanceof EmrtdRefusal || cause instanceof MrzError)) throw cause;
    throw new TerminalError('precondition', 'CHIP_NOT_GENUINE', 'The chip does not say what opens it.', { cause });
  }
}
