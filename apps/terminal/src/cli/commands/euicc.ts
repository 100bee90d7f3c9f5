import { TerminalError } from '../../terminal-error.ts';
import type { CommandContext } from '../command-context.ts';
import { profileLines, profileValue } from './profile.ts';

/** `tegata euicc info` */
export async function info({ output, withTerminal }: CommandContext): Promise<void> {
  const euicc = await withTerminal(({ lpa }) => lpa.getEuicc({}));
  const value = {
    eid: euicc.eid,
    svn: euicc.svn,
    freeNonVolatileMemory: Number(euicc.freeNonVolatileMemory),
    ciKeyIds: euicc.ciKeyIds,
    profiles: euicc.profiles.map(profileValue),
    pendingNotifications: euicc.pendingNotifications,
    defaultDpAddress: euicc.defaultDpAddress,
    rootDsAddress: euicc.rootDsAddress,
  };
  output.result(value, [
    `EID            ${value.eid}`,
    `SGP.22         ${value.svn}`,
    `Free memory    ${value.freeNonVolatileMemory} octets`,
    ...value.ciKeyIds.map((ciKeyId) => `Trusts CI      ${ciKeyId}`),
    `SM-DP+         ${value.defaultDpAddress || '(no default)'}`,
    `SM-DS          ${value.rootDsAddress}`,
    `Notifications  ${value.pendingNotifications} waiting`,
    ...(euicc.profiles.length === 0 ? ['No profile is installed.'] : ['', ...profileLines(euicc.profiles, output)]),
  ]);
}

/** What `tegata euicc reset` forgets. */
export interface ResetOptions {
  readonly profiles?: boolean;
  readonly testProfiles?: boolean;
  readonly defaultAddress?: boolean;
  readonly localAuth?: boolean;
  readonly yes?: boolean;
}

/** `tegata euicc reset` */
export async function reset({ output, prompts, withTerminal }: CommandContext, options: ResetOptions): Promise<void> {
  const { profiles = false, testProfiles = false, defaultAddress = false, localAuth = false } = options;
  const parts = [
    profiles && 'operational profiles',
    testProfiles && 'test profiles',
    defaultAddress && 'the default SM-DP+ address',
    localAuth && 'the password and the identity certificate',
  ].filter((part) => part !== false);
  if (parts.length === 0) {
    throw new TerminalError(
      'invalid',
      'USAGE',
      'Say what to erase: --profiles, --test-profiles, --default-address, --local-auth.',
    );
  }
  const what = parts.join(', ');
  if (options.yes !== true && !(await prompts.confirm(`Erase ${what} for good? (--yes)`))) {
    throw new TerminalError('cancelled', 'INTERRUPTED', 'Nothing was erased.');
  }
  const erased = await withTerminal(async ({ es10c, localAuthentication, lpa }) => {
    let anything = false;
    if (profiles || testProfiles || defaultAddress) {
      const answer = await es10c.euiccMemoryReset({
        deleteOperationalProfiles: profiles,
        deleteFieldLoadedTestProfiles: testProfiles,
        resetDefaultSmdpAddress: defaultAddress,
      });
      anything = answer.erased;
      // Carriers are told of deleted profiles; where they can't be, the notifications wait.
      if (anything) await lpa.processNotifications({ seqNumber: 0 }).catch(() => {});
    }
    if (localAuth) await localAuthentication.resetMemory({});
    return anything || localAuth;
  });
  output.result({ erased }, [erased ? `Erased: ${what}.` : 'There was nothing to erase.']);
}
