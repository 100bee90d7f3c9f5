import { resolve } from 'node:path';
import { type ExportProfilesRequest, ProfileOrdersService, type StoredProfile } from '@tegata/contracts/management-v1';
import { Command } from 'commander';
import { writeCoreNetworkFile } from '../batch/core-network-file.ts';
import { expectWritable } from '../durable-file.ts';
import { AdminError } from '../network.ts';
import { timeOption } from '../order-options.ts';
import type { OpenSession } from '../program.ts';

type Selection = NonNullable<ExportProfilesRequest['selection']>;

/** Longest time for all that was ever stored. */
const exportTimeoutMs = 3_600_000;

/** `profile export`: the core network's file of profiles that are stored. */
export function exportCommand(open: OpenSession): Command {
  return new Command('export')
    .description(
      'write what a core network needs of profiles that are stored: those of contracts, and of imports whose file is lost',
    )
    .argument('[iccid...]', 'these profiles')
    .requiredOption('--carrier <name>', 'carrier')
    .requiredOption('--out <file>', 'CSV for the core network and the letters to subscribers; holds keys')
    .option('--since <time>', 'all that were stored since, 2026-12-31 or with a time', timeOption)
    .addHelpText(
      'after',
      `
Examples:
  $ tegata-admin profile export --carrier aozora --since 2026-11-30 --out core.csv
  $ tegata-admin profile export --carrier aozora 8981001000000000010 --out core.csv`,
    )
    .action(async (iccids: string[], options: { carrier: string; out: string; since?: Date }) => {
      const session = open();
      const selection = selectionOf(iccids, options.since);
      await expectWritable(options.out);
      const profiles = await exported(session, options.carrier, selection);
      await writeCoreNetworkFile(resolve(options.out), profiles);
      session.output({ exported: profiles.length, core_network_file: resolve(options.out) });
    });
}

/** `profile codes`: what a help desk is asked for. */
export function codesCommand(open: OpenSession): Command {
  return new Command('codes')
    .description('print the PINs and PUKs that a profile was made with')
    .argument('<iccid>', 'ICCID of the profile')
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', '\nExample:\n  $ tegata-admin profile codes --carrier aozora 8981001000000000010')
    .action(async (iccid: string, { carrier }: { carrier: string }) => {
      const { output, withServer } = open();
      const codes = await withServer(`management/${carrier}`, (connection) =>
        connection.client(ProfileOrdersService).getProfileCodes({ iccid }),
      );
      output({ iccid, ...codes });
    });
}

const named = (iccids: readonly string[]): Selection => ({ $case: 'iccids', value: { iccids: [...iccids] } });

/** @throws AdminError SELECTION_UNCLEAR. */
function selectionOf(iccids: readonly string[], since: Date | undefined): Selection {
  if (iccids.length > 0 && since === undefined) return named(iccids);
  if (iccids.length === 0 && since !== undefined) return { $case: 'storedSince', value: since };
  throw new AdminError(
    'SELECTION_UNCLEAR',
    'Either ICCIDs or --since say which profiles are wanted.',
    'Give one of the two; --since 2000-01-01 is all of them.',
  );
}

function exported(
  { withServer }: ReturnType<OpenSession>,
  carrier: string,
  selection: Selection,
): Promise<StoredProfile[]> {
  return withServer(`management/${carrier}`, async (connection) => {
    const profiles: StoredProfile[] = [];
    const answers = connection
      .client(ProfileOrdersService)
      .exportProfiles({ selection }, { timeoutMs: exportTimeoutMs });
    for await (const { profile } of answers) if (profile) profiles.push(profile);
    return profiles;
  });
}
