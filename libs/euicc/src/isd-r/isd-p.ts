import { ProfileClass, type ProfileIdentifier, toHex } from '@tegata/rsp';
import type { Transaction } from '../memory/memory.ts';
import { deleteProfileRecords } from '../profile/profile-records.ts';
import type { IsdRContext } from './context.ts';
import { type IsdP, isdpRecord, suspendedRecord } from './isd-r-records.ts';

/** An ISD-P and its AID as 32 hexadecimal digits. */
export interface PlacedIsdP {
  readonly aid: string;
  readonly isdp: IsdP;
}

/** All profiles, in the order of their AIDs. */
export function installedProfiles({ memory }: IsdRContext): PlacedIsdP[] {
  return [...memory.list(isdpRecord)]
    .map(({ identifier, value }) => ({ aid: identifier, isdp: value }))
    .sort((a, b) => a.aid.localeCompare(b.aid));
}

/** The profile that an identifier names. */
export function findProfile(context: IsdRContext, { kind, value }: ProfileIdentifier): PlacedIsdP | undefined {
  return installedProfiles(context).find(({ aid, isdp }) =>
    kind === 'isdpAid' ? aid === toHex(value) : isdp.metadata.iccid === value,
  );
}

/** The profile in use. */
export function enabledProfile(context: IsdRContext): PlacedIsdP | undefined {
  return installedProfiles(context).find(({ isdp }) => isdp.enabled);
}

/** Class of a profile; without one in its metadata it is operational. */
export function classOf({ metadata }: IsdP): number {
  return metadata.profileClass ?? ProfileClass.operational;
}

/** Enables or disables a profile, as part of a transaction. */
export function setEnabled(transaction: Transaction, { aid, isdp }: PlacedIsdP, enabled: boolean): void {
  const { metadata, configuration } = isdp;
  transaction.put(isdpRecord, aid, {
    ...isdp,
    metadata: metadata.raw,
    configuration: configuration.raw,
    enabled,
  });
}

/** Removes a profile with everything in it, as part of a transaction. */
export function removeIsdP(context: IsdRContext, transaction: Transaction, { aid }: PlacedIsdP): void {
  transaction.delete(isdpRecord, aid);
  deleteProfileRecords(transaction, aid);
  const suspended = context.memory.get(suspendedRecord);
  if (suspended !== undefined && toHex(suspended) === aid) transaction.delete(suspendedRecord, '');
}
