import { EnableResult, fromHex, ProfileClass, type ProfileIdentifier, toHex } from '@tegata/rsp';
import type { Transaction } from '../memory/memory.ts';
import type { IsdRContext } from './context.ts';
import { classOf, enabledProfile, findProfile, type PlacedIsdP, removeIsdP, setEnabled } from './isd-p.ts';
import { suspendedRecord } from './isd-r-records.ts';
import { nextSeqNumber, notify } from './notification-store.ts';

/**
 * ES10c.EnableProfile (SGP.22 section 5.7.16): the profile that was enabled is disabled in the same commit.
 *
 * A test profile may take the place of an operational one whatever that one's rules say; only this one may then come back. A
 * provisioning profile may take it, too (sections 2.9.3, 3.2.1): an LPA must be able to get at a network.
 *
 * @returns `EnableResult`
 */
export async function enableProfile(context: IsdRContext, identifier: ProfileIdentifier): Promise<number> {
  const target = findProfile(context, identifier);
  if (target === undefined) return EnableResult.iccidOrAidNotFound;
  if (target.isdp.enabled) return EnableResult.profileNotInDisabledState;
  const current = enabledProfile(context);
  const refusal = current === undefined ? undefined : refusalOf(context, current, target);
  if (refusal !== undefined) return refusal;
  await context.memory.commit((t) => {
    let next = nextSeqNumber(context);
    if (current !== undefined) next = disable(context, t, current, next);
    const steppingAside =
      isTest(target) && current !== undefined && !isTest(current) && !isDeletedWhenDisabled(current);
    if (steppingAside) t.put(suspendedRecord, '', fromHex(current.aid));
    else if (!isTest(target) || current === undefined) t.delete(suspendedRecord, '');
    setEnabled(t, target, true);
    notify(context, t, 'enable', target.isdp.metadata, next);
  });
  return EnableResult.ok;
}

function refusalOf(context: IsdRContext, current: PlacedIsdP, target: PlacedIsdP): number | undefined {
  if (isTest(target)) return undefined;
  const suspended = context.memory.get(suspendedRecord);
  if (isTest(current) && suspended !== undefined && toHex(suspended) !== target.aid) {
    return EnableResult.wrongProfileReenabling;
  }
  const forbidden = current.isdp.metadata.profilePolicyRules?.includes('ppr1') ?? false;
  const provisioning = classOf(target.isdp) === ProfileClass.provisioning;
  return forbidden && !provisioning ? EnableResult.disallowedByPolicy : undefined;
}

/** Whether it is a test profile. */
export function isTest({ isdp }: PlacedIsdP): boolean {
  return classOf(isdp) === ProfileClass.test;
}

const isDeletedWhenDisabled = ({ isdp }: PlacedIsdP): boolean =>
  isdp.metadata.profilePolicyRules?.includes('ppr3') ?? false;

/**
 * Disables a profile, as part of a transaction. One with ppr3 is deleted by being disabled.
 *
 * @returns number of the next notification
 */
export function disable(context: IsdRContext, t: Transaction, profile: PlacedIsdP, seqNumber: number): number {
  const { metadata } = profile.isdp;
  const next = notify(context, t, 'disable', metadata, seqNumber);
  if (!isDeletedWhenDisabled(profile)) {
    setEnabled(t, profile, false);
    return next;
  }
  removeIsdP(context, t, profile);
  return notify(context, t, 'delete', metadata, next);
}
