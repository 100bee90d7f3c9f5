import { ECASD_AID, ISD_R_AID, toHex } from '@tegata/rsp';
import type { Memory } from '../memory/memory.ts';
import type { ApplicationKind } from '../profile/application-record.ts';
import { registeredApplications } from '../profile/application-registry.ts';
import { isdpRecord } from './isd-r-records.ts';

/** Something that is installed on the eUICC, as its registry has it (GlobalPlatform Card Specification section 6.6). */
export interface InstalledApplication {
  /** upper-case hexadecimal digits */
  readonly aid: string;
  readonly kind: ApplicationKind | 'ISD-R' | 'ECASD' | 'ISD-P';
  /** life cycle state, 1 octet */
  readonly lifeCycleState: number;
  /** AID of the ISD-P of its profile; absent for what belongs to the eUICC */
  readonly isdpAid?: string;
}

/** States of ISD-P (SGP.22 section 4.6, GlobalPlatform): a disabled and an enabled profile. */
const DISABLED = 0x1f;
const ENABLED = 0x3f;
const PERSONALISED = 0x0f;

/** ISD-R and ECASD, then each ISD-P with what its profile brought. */
export function installedApplications(memory: Memory): InstalledApplication[] {
  const ofTheChip = (kind: 'ISD-R' | 'ECASD', aid: Uint8Array): InstalledApplication => ({
    aid: toHex(aid),
    kind,
    lifeCycleState: PERSONALISED,
  });
  const profiles = [...memory.list(isdpRecord)].sort((a, b) => a.identifier.localeCompare(b.identifier));
  return [
    ofTheChip('ISD-R', ISD_R_AID),
    ofTheChip('ECASD', ECASD_AID),
    ...profiles.flatMap(({ identifier: isdpAid, value }): InstalledApplication[] => [
      { aid: isdpAid, kind: 'ISD-P', lifeCycleState: value.enabled ? ENABLED : DISABLED, isdpAid },
      ...registeredApplications(memory, isdpAid).map(({ aid, kind, lifeCycleState }) => ({
        aid,
        kind,
        lifeCycleState: lifeCycleState[0] ?? 0,
        isdpAid,
      })),
    ]),
  ];
}
