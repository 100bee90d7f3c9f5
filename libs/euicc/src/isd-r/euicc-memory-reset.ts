import { ProfileClass, type ResetOptionBits, ResetResult } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { classOf, installedProfiles, removeIsdP } from './isd-p.ts';
import { settingsRecord } from './isd-r-records.ts';
import { nextSeqNumber, notify } from './notification-store.ts';

/** What to erase. */
export type ResetOption = keyof typeof ResetOptionBits;

/**
 * ES10c.eUICCMemoryReset (SGP.22 section 5.7.19): erases what the options name, in whatever state it is and whatever its
 * policy rules are, in one commit.
 *
 * @returns `ResetResult`
 */
export async function euiccMemoryReset(context: IsdRContext, options: readonly ResetOption[]): Promise<number> {
  const { memory } = context;
  const settings = memory.require(settingsRecord);
  const classes = new Set<number>();
  if (options.includes('deleteOperationalProfiles')) classes.add(ProfileClass.operational);
  // Every test profile was loaded in the field: none is put in at manufacture.
  if (options.includes('deleteFieldLoadedTestProfiles')) classes.add(ProfileClass.test);
  const erased = installedProfiles(context).filter(({ isdp }) => classes.has(classOf(isdp)));
  const resetAddress = options.includes('resetDefaultSmdpAddress') && settings.defaultDpAddress !== undefined;
  if (erased.length === 0 && !resetAddress) return ResetResult.nothingToDelete;
  await memory.commit((t) => {
    let next = nextSeqNumber(context);
    for (const profile of erased) {
      removeIsdP(context, t, profile);
      next = notify(context, t, 'delete', profile.isdp.metadata, next);
    }
    if (resetAddress) t.put(settingsRecord, '', { ...settings, defaultDpAddress: undefined });
  });
  return ResetResult.ok;
}
