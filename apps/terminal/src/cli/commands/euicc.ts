import { createInterface } from 'node:readline';
import { type Card, stayInReader } from '@tegata/card-reader';
import { ApplicationKind } from '@tegata/contracts/euicc-v1';
import { es10aOverGrpc, es10cOverGrpc, resetEuiccMemory, setDefaultSmdpAddress } from '@tegata/lpa';
import { isServerAddress } from '@tegata/rsp';
import { exchangeLines } from '../../card-reader/apdu-lines.ts';
import { takeCard } from '../../card-reader/take-card.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { CardOptions, CommandContext } from '../command-context.ts';
import { table } from '../output.ts';
import { requireReaderForAccess } from '../server-access.ts';
import type { TerminalClients } from '../terminal-client.ts';
import { profileLines, profileValue } from './profile.ts';

/** `tegata euicc info` */
export async function info({ output, withTerminal }: CommandContext, options: CardOptions): Promise<void> {
  const euicc = await withTerminal(({ lpa }) => lpa.getEuicc({}), options);
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
    `SM-DS          ${value.rootDsAddress || '(no root)'}`,
    `Notifications  ${value.pendingNotifications} waiting`,
    ...(euicc.profiles.length === 0 ? ['No profile is installed.'] : ['', ...profileLines(euicc.profiles, output)]),
  ]);
}

/** `tegata euicc applications` */
export async function applications({ output, withTerminal }: CommandContext): Promise<void> {
  const installed = (await withTerminal((terminal) => terminal.applications.listApplications({}))).applications.map(
    ({ aid, kind, lifeCycleState, isdpAid }) => ({
      aid: hexadecimal(aid),
      kind: KIND_NAMES[kind] ?? 'unknown',
      lifeCycleState: hexadecimal(Uint8Array.of(lifeCycleState)),
      isdpAid: hexadecimal(isdpAid),
    }),
  );
  output.result({ applications: installed }, [
    ...table([
      ['AID', 'IS', 'STATE', 'OF THE PROFILE IN'],
      ...installed.map(({ aid, kind, lifeCycleState, isdpAid }) => [aid, kind, lifeCycleState, isdpAid]),
    ]),
  ]);
}

const KIND_NAMES: Readonly<Partial<Record<ApplicationKind, string>>> = {
  [ApplicationKind.ISD_R]: 'ISD-R',
  [ApplicationKind.ECASD]: 'ECASD',
  [ApplicationKind.ISD_P]: 'ISD-P',
  [ApplicationKind.SECURITY_DOMAIN]: 'security domain',
  [ApplicationKind.REMOTE_FILE_MANAGEMENT]: 'remote file management',
  [ApplicationKind.EXECUTABLE_LOAD_FILE]: 'load file',
  [ApplicationKind.APPLICATION]: 'application',
};

function hexadecimal(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}

/** `tegata euicc default-smdp`: shows the default SM-DP+ address, or sets it once the user has confirmed. */
export async function defaultSmdp(
  { output, prompts, withTerminal }: CommandContext,
  address: string | undefined,
  options: CardOptions & { readonly clear?: boolean; readonly yes?: boolean },
): Promise<void> {
  const { clear = false, yes = false } = options;
  if (clear && address !== undefined) throw new TerminalError('invalid', 'USAGE', 'Either an address or --clear.');
  if (address !== undefined && !isServerAddress(address)) {
    throw new TerminalError('invalid', 'USAGE', `"${address}" is not the address of a server.`);
  }
  const changes = clear || address !== undefined;
  const question =
    address === undefined
      ? 'Forget the default SM-DP+ address? (--yes)'
      : `Ask ${address} from now on whenever no SM-DP+ is named? (--yes)`;
  if (changes && !yes && !(await prompts.confirm(question))) {
    throw new TerminalError('cancelled', 'INTERRUPTED', 'The default SM-DP+ address stays as it is.');
  }
  const defaultDpAddress = await withTerminal(async (terminal) => {
    const es10a = es10aOverGrpc(terminal.es10a);
    if (changes) await setDefaultSmdpAddress(es10a, address ?? '');
    return (await es10a.getEuiccConfiguredAddresses()).defaultDpAddress ?? '';
  }, options);
  output.result({ defaultDpAddress }, [defaultDpAddress || 'The eUICC has no default SM-DP+ address.']);
}

/** What `tegata euicc reset` forgets. */
export interface ResetOptions extends CardOptions {
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
  if (localAuth && options.reader !== undefined) {
    throw new TerminalError('invalid', 'USAGE', '--local-auth is of this terminal; a card in a reader has none.');
  }
  if (parts.length === 0) {
    throw new TerminalError(
      'invalid',
      'USAGE',
      'Say what to erase: --profiles, --test-profiles, --default-address, --local-auth.',
    );
  }
  requireReaderForAccess(options);
  const what = parts.join(', ');
  if (options.yes !== true && !(await prompts.confirm(`Erase ${what} for good? (--yes)`))) {
    throw new TerminalError('cancelled', 'INTERRUPTED', 'Nothing was erased.');
  }
  const erased = await withTerminal(async ({ es10c, localAuthentication, lpa }) => {
    let anything = false;
    if (profiles || testProfiles || defaultAddress) {
      const erasing = [
        ...(profiles ? (['deleteOperationalProfiles'] as const) : []),
        ...(testProfiles ? (['deleteFieldLoadedTestProfiles'] as const) : []),
        ...(defaultAddress ? (['resetDefaultSmdpAddress'] as const) : []),
      ];
      anything = await resetEuiccMemory(es10cOverGrpc(es10c), erasing);
      // Carriers are told of deleted profiles; where they can't be, the notifications wait.
      if (anything) await lpa.processNotifications({ seqNumber: 0 }).catch(() => {});
    }
    if (localAuth) await localAuthentication.resetMemory({});
    return anything || localAuth;
  }, options);
  output.result({ erased }, [erased ? `Erased: ${what}.` : 'There was nothing to erase.']);
}

/** `tegata euicc apdu` */
export async function apdu(context: CommandContext, options: CardOptions): Promise<void> {
  const { stdin, output, signal, withTerminal } = context;
  const exchangeWith = async (card: Card) => {
    const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY, signal });
    const write = { response: (line: string) => output.line(line), complaint: (line: string) => output.warning(line) };
    await exchangeLines(lines, card, write);
  };
  if (options.reader === undefined) await withTerminal((terminal) => exchangeWith(cardOf(terminal)));
  else await withCardInReader(context, options, exchangeWith);
  signal.throwIfAborted();
}

/** The card itself: nothing is sent to it but what `work` sends. */
async function withCardInReader(
  { output, settings, signal }: CommandContext,
  { reader }: CardOptions,
  work: (card: Card) => Promise<void>,
): Promise<void> {
  const tell = (line: string) => output.progress(line);
  const named = reader === true ? undefined : reader;
  const card = await takeCard({ reader: named, pcscSocket: settings.pcscSocket, signal, tell });
  try {
    await work(card);
  } finally {
    await card.release();
  }
}

/** Where `tegata euicc vpcd` finds vpcd. */
export interface ReaderAddress {
  readonly host: string;
  readonly port: string;
}

/** `tegata euicc vpcd` */
export async function vpcd({ output, signal, withTerminal }: CommandContext, options: ReaderAddress): Promise<void> {
  const port = Number(options.port);
  if (!/^[0-9]{1,5}$/.test(options.port) || port < 1 || port > 0xffff) {
    throw new TerminalError('invalid', 'USAGE', `${options.port} is not a port.`);
  }
  await withTerminal((terminal) =>
    stayInReader({ host: options.host, port }, cardOf(terminal), {
      name: 'The eUICC',
      signal,
      tell: (line) => output.progress(line),
    }),
  );
  signal.throwIfAborted();
}

function cardOf({ apdu }: TerminalClients): Card {
  return {
    transmit: async (command) => (await apdu.transmit({ command: Buffer.from(command) })).response,
    reset: async () => (await apdu.reset({})).atr,
  };
}
