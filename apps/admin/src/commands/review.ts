import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  type ClaimReviewResponse,
  type DeclaredAttribute,
  IdentityReviewsService,
  ReviewDecision,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import { Command, InvalidArgumentError } from 'commander';
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
    .argument('<verification>', 'as `review list` shows it', verificationOf)
    .option('--reviewer <name>', 'your name, for the record', userInfo().username)
    .option('--claim <hex>', 'the claim you have already, to prolong it', claimOf)
    .option('--pictures <dir>', 'write document and frames there, readable for you only; delete them afterwards')
    .addHelpText('after', '\nExample:\n  $ tegata-admin review show 0d3f… --pictures look/')
    .action(async (verificationId: string, options: { reviewer: string; claim?: Buffer; pictures?: string }) => {
      const { json, output, withServer } = open();
      const { reviewer, claim = Buffer.alloc(0) } = options;
      const shown = await withServer('authentication', (connection) =>
        connection.client(IdentityReviewsService).claimReview({ verificationId, reviewer, claim }),
      );
      if (options.pictures !== undefined) await writePictures(options.pictures, shown);
      output({
        verification: verificationId,
        carrier: shown.review?.carrier,
        reasons: shown.review?.reasons.map(({ code }) => code).join(' '),
        claim: shown.claim.toString('hex'),
        claim_expires: shown.claimExpireTime,
        declared: json ? shown.declaredAttributes : shown.declaredAttributes.map(quoted).join(', '),
        unconfirmed: shown.unconfirmedAttributes.join(' '),
        not_held: notHeld(shown.verdictJson),
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
      .argument('<verification>', 'as `review list` shows it', verificationOf)
      .requiredOption('--claim <hex>', 'claim, as `review show` gave it', claimOf)
      .requiredOption('--reason <text>', 'why, for the record')
      .addHelpText('after', `\nExample:\n  $ tegata-admin review ${name} 0d3f… --claim 9b2c… --reason "same scar"`)
      .action(async (verificationId: string, { claim, reason }: { claim: Buffer; reason: string }) => {
        const { output, withServer } = open();
        const { state } = await withServer('authentication', (connection) =>
          connection.client(IdentityReviewsService).decideReview({ verificationId, claim, decision, reason }),
        );
        output({ verification: verificationId, state: VerificationState[state] });
      });
  }
  return command;
}

/** `family_name "Aoki"`: in quotes no value looks like another field, whatever the applicant typed. */
export const quoted = ({ name, value }: DeclaredAttribute): string =>
  `${/^[a-z_]+$/.test(name) ? name : JSON.stringify(name)} ${JSON.stringify(value)}`;

/** A verification as it is typed: one that can be none is not asked for. */
function verificationOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'a verification is named as `review list` shows it, like 0d3f5a1c-2b4e-4c6d-8e9f-a0b1c2d3e4f5',
  );
}

/** A claim as it is typed: 32 hexadecimal digits, nothing left out of what is no digit. */
function claimOf(text: string): Buffer {
  if (/^[0-9a-f]{32}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new InvalidArgumentError('a claim is 32 hexadecimal digits, as `review show` gave it');
}

/** The checks of a verdict that did not hold, with what was measured and the limit: what a reviewer looks at first. */
function notHeld(verdictJson: string): string {
  const { checks = [] } = JSON.parse(verdictJson) as { checks?: readonly Check[] };
  const failed = checks.filter(({ held }) => !held);
  return failed.map(({ name, measured, limit }) => `${name} ${measured} (limit ${limit})`).join(', ');
}

interface Check {
  readonly name: string;
  readonly held: boolean;
  readonly measured: number;
  readonly limit: number;
}

type Pictures = Pick<ClaimReviewResponse, 'documentImage' | 'frames' | 'documentFrames'>;

/** First octets of pictures, as Latin-1, and how files of them are called. */
const kinds: readonly [RegExp, string][] = [
  [/^\xff\xd8\xff/, '.jpg'],
  [/^\x89PNG/, '.png'],
  [/^RIFF.{4}WEBP/s, '.webp'],
  [/^.{4}jP {2}/s, '.jp2'],
  [/^\xff\x4f\xff\x51/, '.j2k'],
];

/** `document.jpg`, or whatever it is, as it was handed in, `frame-1.jpg`, ... of the face, `document-1.jpg`, ... of the document before the camera. */
async function writePictures(folder: string, { documentImage, frames, documentFrames }: Pictures): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const begin = documentImage.toString('latin1', 0, 16);
  const [, extension = ''] = kinds.find(([octets]) => octets.test(begin)) ?? [];
  await writeFile(join(folder, `document${extension}`), documentImage, { mode: 0o600 });
  for (const [name, some] of Object.entries({ frame: frames, document: documentFrames })) {
    for (const [k, frame] of some.entries())
      await writeFile(join(folder, `${name}-${k + 1}.jpg`), frame, { mode: 0o600 });
  }
}
