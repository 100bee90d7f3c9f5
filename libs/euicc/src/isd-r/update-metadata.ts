import { StoreMetadataRequest, UpdateMetadataRequest } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { isdpRecord } from './isd-r-records.ts';
import { areRulesAllowed } from './store-metadata.ts';

/** What became of ES6.UpdateMetadata. */
export type UpdateMetadataResult =
  | 'ok'
  /** an icon without its type, or a type without icon */
  | 'incorrectInputValues'
  /** a policy rule that the profile did not have, and that the rules authorisation table does not allow its owner */
  | 'pprNotAllowed';

/**
 * ES6.UpdateMetadata (SGP.22 section 5.4.1): the operator changes names, icon and policy rules of its profile. What the
 * request does not mention stays. Rules may always be taken away; a new one needs the rules authorisation table. An empty
 * icon takes the icon away.
 *
 * The caller has checked that the request comes from the operator: secured packets end before this.
 *
 * @param isdpAid of the ISD-P whose profile it is, hexadecimal digits
 * @param request DER, tag BF2A
 * @throws DerError when it is no UpdateMetadataRequest
 */
export async function updateMetadata(
  context: IsdRContext,
  isdpAid: string,
  request: Uint8Array,
): Promise<UpdateMetadataResult> {
  const update = UpdateMetadataRequest.decode(request);
  const isdp = context.memory.require(isdpRecord, isdpAid);
  const { metadata, configuration } = isdp;
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
    t.put(isdpRecord, isdpAid, { ...isdp, metadata: changed, configuration: configuration.raw }),
  );
  return 'ok';
}
