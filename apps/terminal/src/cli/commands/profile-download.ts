import type { DownloadedProfile, DownloadOrder } from '@tegata/contracts/terminal-v1';
import { IdentifierError, parseActivationCode } from '@tegata/rsp';
import { sentenceOf } from '../../application/failures.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { CardOptions, CommandContext } from '../command-context.ts';
import type { Typed } from '../command-line/typed.ts';
import { downloadWithUser, profileCardValue } from '../download-user.ts';
import { table } from '../output.ts';
import { readSecret } from '../password.ts';
import { type AccessOptions, accessFrom } from '../server-access.ts';

/** Options of `tegata profile download`. */
export interface DownloadOptions extends AccessOptions, CardOptions {
  readonly activationCode?: string;
  readonly smdp?: string;
  readonly matchingId?: string;
  readonly oid?: string;
  readonly confirmationCode?: string;
  readonly confirmationCodeFile?: string;
  readonly yes?: boolean;
}

/** `tegata profile download` */
export async function download(context: CommandContext, options: DownloadOptions): Promise<void> {
  const { output, typed, withTerminal } = context;
  const wanted = orderFrom(options);
  const accessTo = accessFrom(options);
  const answers = { yes: options.yes === true, confirmationCode: confirmationCodeFrom(options) };
  const downloaded = await withTerminal(async ({ lpa, es10a }) => {
    // The default address is asked for here, so that --connect holds for it too.
    const smdpAddress = wanted.smdpAddress || (await es10a.getEuiccConfiguredAddresses({})).defaultDpAddress;
    return downloadWithUser(context, lpa, { ...wanted, smdpAddress, access: accessTo(smdpAddress) }, answers);
  }, options);
  output.result(downloadedValue(downloaded), downloadedLines(downloaded, typed));
}

/** Options of `tegata profile discover`. */
export interface DiscoverOptions extends AccessOptions, CardOptions {
  readonly smds?: string;
  readonly confirmationCode?: string;
  readonly yes?: boolean;
}

/**
 * `tegata profile discover`: lists what waits at the SM-DS; where the user can be asked, or with `--yes`, downloads it one by one. What
 * can't be downloaded keeps nothing back that waits behind it; the command ends with the first such error.
 */
export async function discover(context: CommandContext, options: DiscoverOptions): Promise<void> {
  const { output, prompts, signal, typed, withTerminal } = context;
  const yes = options.yes === true;
  const accessTo = accessFrom(options);
  const { smdsAddress, events, downloads, errors } = await withTerminal(async ({ lpa, es10a }) => {
    const address = options.smds ?? (await es10a.getEuiccConfiguredAddresses({})).rootDsAddress;
    const found = await lpa.discover({ smdsAddress: address, access: accessTo(address) });
    const made: DownloadedProfile[] = [];
    const failures: unknown[] = [];
    for (const { eventId, rspServerAddress } of found.events) {
      output.progress(`An event waits at ${rspServerAddress}.`);
      if (!yes && !prompts.possible) continue;
      const order = {
        smdpAddress: rspServerAddress,
        matchingId: eventId,
        smdpOid: '',
        access: accessTo(rspServerAddress),
      };
      const answers = { yes, confirmationCode: options.confirmationCode };
      try {
        made.push(await downloadWithUser(context, lpa, order, answers));
      } catch (error) {
        if (signal.aborted) throw error;
        output.progress(`Nothing was installed from ${rspServerAddress}: ${sentenceOf(error)}`);
        failures.push(error);
      }
    }
    return { ...found, downloads: made, errors: failures };
  }, options);
  if (errors.length > 0) {
    for (const line of downloads.flatMap((downloaded) => downloadedLines(downloaded, typed))) output.progress(line);
    throw errors[0];
  }
  const rows = events.map(({ eventId, rspServerAddress }) => [eventId, rspServerAddress]);
  output.result({ smdsAddress, events, downloaded: downloads.map(downloadedValue) }, [
    ...(rows.length === 0 ? [`Nothing waits at ${smdsAddress}.`] : table([['EVENT', 'SM-DP+'], ...rows])),
    ...downloads.flatMap((downloaded) => ['', ...downloadedLines(downloaded, typed)]),
  ]);
}

function downloadedValue({ profile, isdpAid, undeliveredNotifications }: DownloadedProfile) {
  const value = profile === undefined ? {} : profileCardValue(profile);
  return { ...value, state: 'disabled', isdpAid: isdpAid.toString('hex').toUpperCase(), undeliveredNotifications };
}

function downloadedLines({ profile, undeliveredNotifications }: DownloadedProfile, typed: Typed): string[] {
  const iccid = profile?.iccid ?? '';
  return [
    `${iccid} is installed, disabled. Enable it: ${typed(`profile enable ${iccid}`)}`,
    ...(undeliveredNotifications === 0 ? [] : [`Its SM-DP+ has not heard of it yet: ${typed('notification process')}`]),
  ];
}

function orderFrom(options: DownloadOptions): Omit<DownloadOrder, 'access'> {
  const { activationCode, smdp, matchingId = '', oid } = options;
  if (activationCode !== undefined && (smdp !== undefined || matchingId !== '' || oid !== undefined)) {
    throw usage('An activation code says everything: leave out --smdp, --matching-id and --oid.');
  }
  const code =
    activationCode === undefined ? { smdpAddress: smdp ?? '', matchingId, smdpOid: oid } : parsed(activationCode);
  return { smdpAddress: code.smdpAddress, matchingId: code.matchingId, smdpOid: code.smdpOid ?? '' };
}

function parsed(activationCode: string) {
  try {
    return parseActivationCode(activationCode);
  } catch (cause) {
    if (!(cause instanceof IdentifierError)) throw cause;
    const why = cause.message.replace(/^activation code: /, '');
    const message = `This is no activation code (${why}); one looks like LPA:1$smdp.example.com$TOKEN.`;
    throw new TerminalError('invalid', cause.code, message, { cause });
  }
}

function confirmationCodeFrom({ confirmationCode, confirmationCodeFile }: DownloadOptions): string | undefined {
  if (confirmationCode !== undefined && confirmationCodeFile !== undefined) {
    throw usage('Give the confirmation code once: --confirmation-code or --confirmation-code-file.');
  }
  return confirmationCode ?? (confirmationCodeFile === undefined ? undefined : readSecret(confirmationCodeFile));
}

function usage(message: string): TerminalError {
  return new TerminalError('invalid', 'USAGE', message);
}
