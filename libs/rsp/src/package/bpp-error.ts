import { nameOf } from '../objects/enumeration.ts';
import { BppCommandId, ErrorReason } from '../objects/installation-result.ts';

/** Name of the command of a bound profile package. */
export type BppCommandName = keyof typeof BppCommandId;
/** Name of a reason why an installation failed. */
export type ErrorReasonName = keyof typeof ErrorReason;

/** Why an installation ends: what goes into ErrorResult of the ProfileInstallationResult (SGP.22 section 2.5.6). */
export class BppError extends Error {
  /** see `BppCommandId` */
  readonly bppCommandId: number;
  /** see `ErrorReason` */
  readonly errorReason: number;

  constructor(command: BppCommandName, reason: ErrorReasonName, options?: { cause?: unknown }) {
    super(`${command}: ${reason}`, options);
    this.name = 'BppError';
    this.bppCommandId = BppCommandId[command];
    this.errorReason = ErrorReason[reason];
  }
}

/** Command and reason of an ErrorResult by name, for people and logs. */
export function printErrorResult(result: { readonly bppCommandId: number; readonly errorReason: number }): string {
  return `${nameOf(BppCommandId, result.bppCommandId)}: ${nameOf(ErrorReason, result.errorReason)}`;
}
