import type { FilePath } from '../profile/card-file.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';

/** Services of EF.UST (3GPP TS 31.102 section 4.2.8) that change what commands do. */
export const USIM_SERVICE = {
  gsmAccess: 27,
  gsmSecurityContext: 38,
  subscriptionIdentifierPrivacy: 124,
  suciCalculationByUsim: 125,
} as const;

const EF_UST = '6F38';

/** Whether EF.UST of the application has the service; a USIM alone has such a table. */
export function hasService(profile: StoredProfile, application: FilePath, service: number): boolean {
  const table = profile.tree.child(application, EF_UST);
  if (table === undefined) return false;
  const octet = profile.content(table.path)[(service - 1) >> 3] ?? 0;
  return (octet & (1 << ((service - 1) & 7))) !== 0;
}
