import { StoreMetadataRequest, UpdateMetadataRequest } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { enabledProfile } from './isd-p.ts';
import { isdpRecord } from './isd-r-records.ts';
import { areRulesAllowed } from './store-metadata.ts';

/** What became of ES6.UpdateMetadata. */
export type UpdateMetadataResult =
  | 'ok'
  /** no profile is enabled: its operator has no way to the card */
  | 'noEnabledProfile'
  /** an icon without its type, or a type without icon */
  | 'incorrectInputValues'
  /** a policy rule that the profile did not have, and that the rules authorisation table does not allow its owner */
  | 'pprNotAllowed';

/**
 * ES6.UpdateMetadata (SGP.22 section 5.4.1): the operator changes names, icon and policy rules of its profile, which is the
 * enabled one. What the request does not mention stays. Rules may always be taken away; a new one needs the rules
 * authorisation table. An empty icon takes the icon away.
 *
 * The caller has checked that the request comes from the operator: secured packets end before this.
 *
 * @param request DER, tag BF2A
 * @throws DerError when it is no UpdateMetadataRequest
 */
export async function updateMetadata(context: IsdRContext, request: Uint8Array): Promise<UpdateMetadataResult> {
  const update = UpdateMetadataRequest.decode(request);
  const target = enabledProfile(context);
  if (target === undefined) return 'noEnabledProfile';
  const { metadata, configuration } = target.isdp;
  const { icon, iconType } = update;
  if (icon !== undefined && icon.length > 0 ? iconType === undefined : iconType !== undefined) {
    return 'incorrectInputValues';
  }
  const before = metadata.profilePolicyRules ?? [];
  const added = (update.profilePolicyRules ?? []).filter((rule) => !before.includes(rule));
  if (!areRulesAllowed(context, added, metadata.profileOwner)) return 'pprNotAllowed';
  const { raw: _, ...kept } = metadata;
  const changed = StoreMetadataRequest.encode({
    ...kept,
    serviceProviderName: update.serviceProviderName ?? kept.serviceProviderName,
    profileName: update.profileName ?? kept.profileName,
    profilePolicyRules: update.profilePolicyRules ?? kept.profilePolicyRules,
    ...(icon !== undefined && (icon.length === 0 ? { icon: undefined, iconType: undefined } : { icon, iconType })),
  });
  await context.memory.commit((t) =>
    t.put(isdpRecord, target.aid, { ...target.isdp, metadata: changed, configuration: configuration.raw }),
  );
  return 'ok';
}
