import { DeleteResult, type ProfileIdentifier } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { findProfile, removeIsdP } from './isd-p.ts';
import { nextSeqNumber, notify } from './notification-store.ts';

/**
 * ES10c.DeleteProfile (SGP.22 section 5.7.18): a disabled profile, whose rules allow it.
 *
 * @returns `DeleteResult`
 */
export async function deleteProfile(context: IsdRContext, identifier: ProfileIdentifier): Promise<number> {
  const target = findProfile(context, identifier);
  if (target === undefined) return DeleteResult.iccidOrAidNotFound;
  const { metadata, enabled } = target.isdp;
  if (enabled) return DeleteResult.profileNotInDisabledState;
  if (metadata.profilePolicyRules?.includes('ppr2')) return DeleteResult.disallowedByPolicy;
  await context.memory.commit((t) => {
    removeIsdP(context, t, target);
    notify(context, t, 'delete', metadata, nextSeqNumber(context));
  });
  return DeleteResult.ok;
}
