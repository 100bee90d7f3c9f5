import { IdentityCertificatesService, RevocationReason } from '@tegata/contracts/authentication-v1';
import { Argument, Command, Option } from 'commander';
import { firstOf, withLimit } from '../listing.ts';
import type { OpenSession } from '../program.ts';

const reasons: Readonly<Record<string, RevocationReason>> = {
  'key-compromise': RevocationReason.KEY_COMPROMISE,
  'affiliation-changed': RevocationReason.AFFILIATION_CHANGED,
  superseded: RevocationReason.SUPERSEDED,
  'cessation-of-operation': RevocationReason.CESSATION_OF_OPERATION,
  'privilege-withdrawn': RevocationReason.PRIVILEGE_WITHDRAWN,
};

/** `certificate …`: issued identity certificates. */
export function certificateCommand(open: OpenSession): Command {
  const command = new Command('certificate').description('list and revoke identity certificates');
  withLimit(command.command('list'))
    .description('list issued certificates, newest first')
    .addHelpText('after', '\nExample:\n  $ tegata-admin certificate list')
    .action(async ({ limit }) => {
      const { output, withServer } = open();
      const certificates = await withServer('authentication', (connection) =>
        firstOf(limit, async (page) => {
          const answer = await connection.client(IdentityCertificatesService).listCertificates(page);
          return { ...answer, entries: answer.certificates };
        }),
      );
      output(
        certificates.map(({ serialNumber, issueTime, expireTime, revokeTime }) => ({
          serial: serialNumber,
          issued: issueTime,
          expires: expireTime,
          revoked: revokeTime,
        })),
        'No certificates.',
      );
    });
  command
    .command('revoke')
    .description('revoke a certificate; carriers learn of it with their next status list')
    .addArgument(new Argument('<serial>', 'serial number, hex, as `certificate list` shows it'))
    .addOption(new Option('--reason <reason>', 'why').choices(Object.keys(reasons)).makeOptionMandatory())
    .addHelpText('after', '\nExample:\n  $ tegata-admin certificate revoke 4A0F… --reason key-compromise')
    .action(async (serialNumber: string, options: { reason: string }) => {
      const { output, withServer } = open();
      const reason = reasons[options.reason] ?? RevocationReason.UNSPECIFIED;
      const { certificate } = await withServer('authentication', (connection) =>
        connection.client(IdentityCertificatesService).revokeCertificate({ serialNumber, reason }),
      );
      output({ serial: certificate?.serialNumber, revoked: certificate?.revokeTime });
    });
  return command;
}
