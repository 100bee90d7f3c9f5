import { ProfileClass, type ProfileInfo, ProfileState } from '@tegata/contracts/gsma-rsp-v2';
import { deleteProfile, disableProfile, type Es10c, enableProfile, es10cOverGrpc, setNickname } from '@tegata/lpa';
import { TerminalError } from '../../terminal-error.ts';
import type { CardOptions, CommandContext } from '../command-context.ts';
import { type Output, table } from '../output.ts';
import { requireReaderForAccess } from '../server-access.ts';

/** `tegata profile list` */
export async function list({ output, typed, withTerminal }: CommandContext, options: CardOptions): Promise<void> {
  const { profiles } = await withTerminal(({ es10c }) => es10c.getProfilesInfo({}), options);
  const none =
    options.reader === undefined
      ? [`No profile is installed. Apply for a contract: ${typed('contract apply --carrier NAME')}`]
      : [`No profile is installed. Download one: ${typed('profile download --activation-code CODE')}`];
  output.result(
    { profiles: profiles.map(profileValue) },
    profiles.length === 0 ? none : profileLines(profiles, output),
  );
}

/** `tegata profile enable` */
export async function enable(context: CommandContext, name: string, options: CardOptions): Promise<void> {
  await change(context, name, options, 'enabled', enableProfile);
}

/** `tegata profile disable` */
export async function disable(context: CommandContext, name: string, options: CardOptions): Promise<void> {
  await change(context, name, options, 'disabled', disableProfile);
}

/** `tegata profile delete` */
export async function remove(
  context: CommandContext,
  name: string,
  options: CardOptions & { readonly yes?: boolean },
): Promise<void> {
  await change(context, name, options, 'deleted', async (es10c, iccid) => {
    const question = `Delete the profile ${iccid} for good? Its carrier need not give it again (--yes)`;
    if (options.yes !== true && !(await context.prompts.confirm(question))) {
      throw new TerminalError('cancelled', 'INTERRUPTED', 'Nothing was deleted.');
    }
    await deleteProfile(es10c, iccid);
  });
}

/** `tegata profile nickname` */
export async function nickname(
  { output, withTerminal }: CommandContext,
  name: string,
  nick: string,
  options: CardOptions,
): Promise<void> {
  const iccid = await withTerminal(async ({ es10c }) => {
    const found = iccidOf((await es10c.getProfilesInfo({})).profiles, name);
    await setNickname(es10cOverGrpc(es10c), found, nick);
    return found;
  }, options);
  output.result({ iccid, nickname: nick }, [
    nick === '' ? `${iccid} has no name now.` : `${iccid} is called ${nick} now.`,
  ]);
}

/** A profile in JSON. */
export function profileValue(profile: ProfileInfo) {
  return {
    iccid: profile.iccid,
    state: ProfileState[profile.profileState].toLowerCase(),
    nickname: profile.profileNickname,
    serviceProviderName: profile.serviceProviderName,
    profileName: profile.profileName,
    class: ProfileClass[profile.profileClass].toLowerCase(),
    isdpAid: profile.isdpAid.toString('hex').toUpperCase(),
  };
}

/** A table of profiles. */
export function profileLines(profiles: readonly ProfileInfo[], output: Output): string[] {
  const rows = profiles.map(({ iccid, profileState, serviceProviderName, profileName, profileNickname }) => [
    iccid,
    profileState === ProfileState.ENABLED ? output.style('good', 'enabled') : 'disabled',
    serviceProviderName,
    profileName,
    profileNickname,
  ]);
  return table([['ICCID', 'STATE', 'PROVIDER', 'PROFILE', 'NICKNAME'], ...rows]);
}

async function change(
  { output, typed, withTerminal }: CommandContext,
  name: string,
  options: CardOptions,
  what: string,
  action: (es10c: Es10c, iccid: string) => Promise<void>,
): Promise<void> {
  requireReaderForAccess(options);
  const { iccid, undelivered } = await withTerminal(async ({ es10c, lpa }) => {
    const found = iccidOf((await es10c.getProfilesInfo({})).profiles, name);
    await action(es10cOverGrpc(es10c), found);
    // The carrier hears of it where it can be reached; else the notification waits in the eUICC.
    const { deliveries } = await lpa.processNotifications({ seqNumber: 0 }).catch(() => ({ deliveries: undefined }));
    return { iccid: found, undelivered: deliveries?.filter(({ delivered }) => !delivered).length };
  }, options);
  output.result({ iccid, state: what, undeliveredNotifications: undelivered ?? null }, [`${iccid} is ${what}.`]);
  if (undelivered === 0) return;
  const issuers = options.reader !== undefined && options.ca === undefined ? ' --ca FILE' : '';
  const how = typed(`notification process${issuers}`);
  output.progress(`Notifications wait for a server that can not be reached: ${how}`);
}

function iccidOf(profiles: readonly ProfileInfo[], name: string): string {
  const digits = name.replace(/[Ff]$/, '');
  if (/^[0-9]{18,20}$/.test(digits)) return digits;
  const named = profiles.filter(({ profileNickname }) => profileNickname === name);
  if (named.length === 1 && named[0] !== undefined) return named[0].iccid;
  const problem = named.length === 0 ? 'No profile has' : 'Several profiles have';
  throw new TerminalError('not-found', 'PROFILE_NOT_FOUND', `${problem} the ICCID or nickname "${name}".`);
}
