import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { IdentityReviewsService, ReviewDecision, VerificationState } from '@tegata/contracts/authentication-v1';
import { Command } from 'commander';
import type { OpenSession } from '../program.ts';

/** `review …`: identity verifications that a person decides. */
export function reviewCommand(open: OpenSession): Command {
  const command = new Command('review').description('work through identity verifications that a person decides');
  command
    .command('list')
    .description('list what waits, longest waiting first')
    .addHelpText('after', '\nExample:\n  $ tegata-admin review list')
    .action(async () => {
      const { output, withServer } = open();
      const { reviews } = await withServer('authentication', (connection) =>
        connection.client(IdentityReviewsService).listReviews({ pageSize: 500 }),
      );
      output(
        reviews.map(({ verificationId, carrier, queueTime, expireTime, reasons, claimedBy }) => ({
          verification: verificationId,
          carrier,
          waiting_since: queueTime,
          expires: expireTime,
          reasons: reasons.map(({ code }) => code).join(' '),
          claimed_by: claimedBy,
        })),
        'Nothing waits.',
      );
    });
  command
    .command('show')
    .description('claim a review and show what there is to look at; nobody else can decide it while the claim is good')
    .argument('<verification>', 'as `review list` shows it')
    .option('--reviewer <name>', 'your name, for the record', userInfo().username)
    .option('--claim <hex>', 'the claim you have already, to prolong it', '')
    .option('--pictures <dir>', 'write document and frames there, readable for you only; delete them afterwards')
    .addHelpText('after', '\nExample:\n  $ tegata-admin review show 0d3f… --pictures look/')
    .action(async (verificationId: string, options: { reviewer: string; claim: string; pictures?: string }) => {
      const { output, withServer } = open();
      const { reviewer } = options;
      const shown = await withServer('authentication', (connection) =>
        connection
          .client(IdentityReviewsService)
          .claimReview({ verificationId, reviewer, claim: Buffer.from(options.claim, 'hex') }),
      );
      if (options.pictures !== undefined) await writePictures(options.pictures, shown.documentImage, shown.frames);
      output({
        verification: verificationId,
        carrier: shown.review?.carrier,
        reasons: shown.review?.reasons.map(({ code }) => code).join(' '),
        claim: shown.claim.toString('hex'),
        claim_expires: shown.claimExpireTime,
        declared: shown.declaredAttributes.map(({ name, value }) => `${name}: ${value}`).join(', '),
        verdict: shown.verdictJson,
      });
    });
  for (const [name, decision, what] of [
    ['accept', ReviewDecision.ACCEPT, 'it is the person of the document: the certificate is issued'],
    ['refuse', ReviewDecision.REFUSE, 'it is not, or can not be told: the verification is over'],
  ] as const) {
    command
      .command(name)
      .description(what)
      .argument('<verification>', 'as `review list` shows it')
      .requiredOption('--claim <hex>', 'claim, as `review show` gave it')
      .requiredOption('--reason <text>', 'why, for the record')
      .addHelpText('after', `\nExample:\n  $ tegata-admin review ${name} 0d3f… --claim 9b2c… --reason "same scar"`)
      .action(async (verificationId: string, { claim, reason }: { claim: string; reason: string }) => {
        const { output, withServer } = open();
        const { state } = await withServer('authentication', (connection) =>
          connection
            .client(IdentityReviewsService)
            .decideReview({ verificationId, claim: Buffer.from(claim, 'hex'), decision, reason }),
        );
        output({ verification: verificationId, state: VerificationState[state] });
      });
  }
  return command;
}

async function writePictures(folder: string, document: Uint8Array, frames: readonly Uint8Array[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'document'), document, { mode: 0o600 });
  for (const [k, frame] of frames.entries()) {
    await writeFile(join(folder, `frame-${k + 1}.jpg`), frame, { mode: 0o600 });
  }
}
