import { EnableResult, type ProfileIdentifier, ProfileState, ResetResult } from '@tegata/rsp';
import { type CardEs10c, es10cOverApdu } from './es10-over-apdu.ts';
import type { IsdR } from './isd-r-channel.ts';
import { LpaError } from './lpa-error.ts';

/** Results that say nothing of the profile: a proactive command is in the way, or something unnamed. */
const inTheWay: ReadonlySet<number> = new Set([EnableResult.catBusy, EnableResult.undefinedError]);

/**
 * ES10c of a card in a reader, where nobody carries out what the card asks of a phone's toolkit. Profiles are switched without
 * refreshFlag, and the card is reset in its place. One that will not have that is reset and asked with the flag: some cards know one
 * way only. What became of a switch is read from the card after the reset, since a card that has switched may refuse to say so.
 *
 * @param restart resets the card and selects the ISD-R anew
 */
export function es10cInReader(isdR: IsdR, restart: () => Promise<void>): CardEs10c {
  const quietly = es10cOverApdu(isdR, false);
  const refreshing = es10cOverApdu(isdR, true);

  async function change(
    profile: ProfileIdentifier,
    wanted: number,
    ask: (es10c: CardEs10c) => Promise<number>,
  ): Promise<number> {
    let outcome = await outcomeOf(() => ask(quietly));
    if (typeof outcome === 'number' && inTheWay.has(outcome)) {
      await restart();
      outcome = await outcomeOf(() => ask(refreshing));
    }
    if (typeof outcome === 'number' && outcome !== EnableResult.ok) return outcome;
    await restart();
    const found = (await quietly.getProfilesInfo()).find((info) => isNamed(info, profile));
    // A profile may be deleted by a rule of its own when it is disabled (PPR3).
    const deleted = found === undefined && wanted === ProfileState.disabled && outcome === EnableResult.ok;
    if (deleted || found?.profileState === wanted) return EnableResult.ok;
    if (outcome instanceof LpaError) throw outcome;
    return EnableResult.undefinedError;
  }

  return {
    ...quietly,
    enableProfile: (profile) => change(profile, ProfileState.enabled, (es10c) => es10c.enableProfile(profile)),
    disableProfile: (profile) => change(profile, ProfileState.disabled, (es10c) => es10c.disableProfile(profile)),
    euiccMemoryReset: async (parts) => {
      let result = await quietly.euiccMemoryReset(parts);
      if (result === ResetResult.catBusy) {
        await restart();
        result = await quietly.euiccMemoryReset(parts);
      }
      if (result === ResetResult.ok) await restart();
      return result;
    },
  };
}

/** A result, or the refusal of a card that may have switched all the same. */
async function outcomeOf(work: () => Promise<number>): Promise<number | LpaError> {
  try {
    return await work();
  } catch (error) {
    const refused =
      error instanceof LpaError && (error.code === 'EUICC_COMMAND_REFUSED' || error.code === 'EUICC_ANSWER_MALFORMED');
    if (!refused) throw error;
    return error;
  }
}

function isNamed(
  info: { readonly iccid?: string | undefined; readonly isdpAid?: Uint8Array | undefined },
  profile: ProfileIdentifier,
): boolean {
  if (profile.kind === 'iccid') return info.iccid === profile.value;
  return info.isdpAid !== undefined && Buffer.compare(info.isdpAid, profile.value) === 0;
}
