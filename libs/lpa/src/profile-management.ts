import { EnableResult } from '@tegata/rsp';
import type { Es10c, ProfileContents } from './es10.ts';
import { LpaError } from './lpa-error.ts';

/** Local profile management (SGP.22 section 3.2). Profiles are named by ICCID, 18 to 20 digits. */

/** Lists the profiles of the eUICC (section 3.2.4). */
export function listProfiles(es10c: Pick<Es10c, 'getProfilesInfo'>): Promise<readonly ProfileContents[]> {
  return es10c.getProfilesInfo();
}

/**
 * Enables a profile; the enabled one is disabled (section 3.2.1).
 *
 * @throws LpaError PROFILE_NOT_FOUND, PROFILE_WRONG_STATE when it is enabled, PROFILE_DISALLOWED_BY_POLICY when the enabled
 *   one may not be disabled, PROFILE_WRONG_REENABLING
 */
export async function enableProfile(es10c: Pick<Es10c, 'enableProfile'>, iccid: string): Promise<void> {
  requireOk(await es10c.enableProfile({ kind: 'iccid', value: iccid }), iccid, 'it is enabled already');
}

/**
 * Disables the enabled profile (section 3.2.2).
 *
 * @throws LpaError PROFILE_NOT_FOUND, PROFILE_WRONG_STATE when it is not enabled, PROFILE_DISALLOWED_BY_POLICY
 */
export async function disableProfile(es10c: Pick<Es10c, 'disableProfile'>, iccid: string): Promise<void> {
  requireOk(await es10c.disableProfile({ kind: 'iccid', value: iccid }), iccid, 'it is not enabled');
}

/**
 * Deletes a disabled profile (section 3.2.3). It can't be taken back: a new download needs a new order.
 *
 * @throws LpaError PROFILE_NOT_FOUND, PROFILE_WRONG_STATE when it is enabled, PROFILE_DISALLOWED_BY_POLICY
 */
export async function deleteProfile(es10c: Pick<Es10c, 'deleteProfile'>, iccid: string): Promise<void> {
  requireOk(await es10c.deleteProfile({ kind: 'iccid', value: iccid }), iccid, 'it is enabled; disable it first');
}

/**
 * Sets the user's own name of a profile, at most 64 characters; empty removes it (section 3.2.6).
 *
 * @throws LpaError PROFILE_NOT_FOUND
 */
export async function setNickname(es10c: Pick<Es10c, 'setNickname'>, iccid: string, nickname: string): Promise<void> {
  requireOk(await es10c.setNickname(iccid, nickname), iccid, 'it is in the wrong state');
}

/** The results of all functions of ES10c that name a profile have the same numbers. */
function requireOk(result: number, iccid: string, stateProblem: string): void {
  switch (result) {
    case EnableResult.ok:
      return;
    case EnableResult.iccidOrAidNotFound:
      throw new LpaError('PROFILE_NOT_FOUND', `There is no profile ${iccid} in the eUICC.`);
    case EnableResult.profileNotInDisabledState:
      throw new LpaError('PROFILE_WRONG_STATE', `Not possible for the profile ${iccid}: ${stateProblem}.`);
    case EnableResult.disallowedByPolicy:
      throw new LpaError(
        'PROFILE_DISALLOWED_BY_POLICY',
        `A policy rule of the enabled profile or of ${iccid} forbids it.`,
      );
    case EnableResult.wrongProfileReenabling:
      throw new LpaError(
        'PROFILE_WRONG_REENABLING',
        'Only the profile that was enabled before the test profile may be.',
      );
    default:
      throw new LpaError('PROFILE_UNDEFINED_ERROR', `The eUICC could not do it for the profile ${iccid}.`);
  }
}
