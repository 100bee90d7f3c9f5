import { DisableResult, type ProfileIdentifier, toHex } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { disable, isTest } from './enable-profile.ts';
import { findProfile, installedProfiles, setEnabled } from './isd-p.ts';
import { suspendedRecord } from './isd-r-records.ts';
import { nextSeqNumber, notify } from './notification-store.ts';

/**
 * ES10c.DisableProfile (SGP.22 section 5.7.17). After a test profile the one whose place it had taken is enabled again, in
 * the same commit.
 *
 * @returns `DisableResult`
 */
export async function disableProfile(context: IsdRContext, identifier: ProfileIdentifier): Promise<number> {
  const target = findProfile(context, identifier);
  if (target === undefined) return DisableResult.iccidOrAidNotFound;
  const { metadata, enabled } = target.isdp;
  if (!enabled) return DisableResult.profileNotInEnabledState;
  if (metadata.profilePolicyRules?.includes('ppr1')) return DisableResult.disallowedByPolicy;
  const suspended = isTest(target) ? context.memory.get(suspendedRecord) : undefined;
  const returning = installedProfiles(context).find(({ aid }) => suspended !== undefined && aid === toHex(suspended));
  await context.memory.commit((t) => {
    const next = disable(context, t, target, nextSeqNumber(context));
    if (returning !== undefined) {
      setEnabled(t, returning, true);
      t.delete(suspendedRecord, '');
      notify(context, t, 'enable', returning.isdp.metadata, next);
    }
  });
  return DisableResult.ok;
}
