import { ProfileClass } from '@tegata/contracts/gsma-rsp-v2';
import {
  DownloadConsent,
  type DownloadedProfile,
  type DownloadOrder,
  type DownloadRequest,
  DownloadStage,
  type OfferedProfile,
} from '@tegata/contracts/terminal-v1';
import { policyRuleSentences } from '@tegata/lpa';
import { streamed } from '../services/streamed.ts';
import { TerminalError } from '../terminal-error.ts';
import type { CommandContext } from './command-context.ts';
import type { TerminalClients } from './terminal-client.ts';

/** How the user, or a script in its place, answers a download. */
export interface DownloadAnswers {
  /** Installs without asking. */
  readonly yes: boolean;
  /** The confirmation code, where it was given on the command line. */
  readonly confirmationCode: string | undefined;
}

/** Times a confirmation code is asked for again after a wrong one: the SM-DP+ counts them too. */
const codeTries = 3;

/**
 * Downloads a profile: shows it, asks for consent and, when the SM-DP+ wants it, for the confirmation code. After a wrong
 * code that was typed it asks for another one, in a session of its own as SGP.22 has it.
 */
export async function downloadWithUser(
  context: Pick<CommandContext, 'output' | 'prompts' | 'signal' | 'typed'>,
  lpa: TerminalClients['lpa'],
  order: DownloadOrder,
  answers: DownloadAnswers,
): Promise<DownloadedProfile> {
  const { prompts, output } = context;
  if (!answers.yes && !prompts.possible) {
    throw new TerminalError('invalid', 'INPUT_NEEDED', 'Nobody can be asked whether the profile is wanted: --yes.');
  }
  let consented = answers.yes ? 'any' : '';
  for (let tries = 1; ; tries++) {
    try {
      return await downloadOnce(context, lpa, order, {
        consent: async (profile) => {
          for (const line of profileCard(profile)) output.progress(line);
          if (consented !== 'any' && consented !== profile.iccid) {
            if (!(await askedForConsent(context, profile))) return DownloadConsent.REJECT;
            consented = profile.iccid;
          }
          return DownloadConsent.INSTALL;
        },
        confirmationCode: async () => answers.confirmationCode ?? prompts.secret('Confirmation code'),
      });
    } catch (error) {
      const wrong = error instanceof Error && 'code' in error && error.code === 'CONFIRMATION_CODE_REFUSED';
      if (!wrong || answers.confirmationCode !== undefined || !prompts.possible || tries >= codeTries) throw error;
      output.progress('That code is wrong. Once more:');
    }
  }
}

/** Rules that bind only with consent are a question of their own (SGP.22 section 2.9.3.1). */
async function askedForConsent(
  { prompts }: Pick<CommandContext, 'prompts'>,
  { policyRulesToConsent }: OfferedProfile,
): Promise<boolean> {
  if (policyRulesToConsent.length > 0) {
    const rules = policyRulesToConsent.map((rule) => policyRuleSentences[rule] ?? rule).join('; ');
    if (!(await prompts.confirm(`Once it is installed, ${rules}. Do you agree to that? (--yes)`))) return false;
  }
  return prompts.confirm('Install this profile? (--yes)');
}

interface Answering {
  readonly consent: (profile: OfferedProfile) => Promise<DownloadConsent>;
  readonly confirmationCode: () => Promise<string>;
}

async function downloadOnce(
  { output, signal, typed }: Pick<CommandContext, 'output' | 'signal' | 'typed'>,
  lpa: TerminalClients['lpa'],
  order: DownloadOrder,
  user: Answering,
): Promise<DownloadedProfile> {
  let say: (request: DownloadRequest) => void = () => {};
  let end = () => {};
  const requests = streamed<DownloadRequest>((tell) => {
    say = tell;
    tell({ request: { $case: 'order', value: order } });
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  try {
    for await (const { response } of lpa.download(requests, { signal })) {
      switch (response?.$case) {
        case 'progress':
          output.transient(stageText(response.value));
          break;
        case 'offered':
          output.transient('');
          say({ request: { $case: 'consent', value: await user.consent(response.value) } });
          break;
        case 'confirmationCodeNeeded':
          output.transient('');
          say({ request: { $case: 'confirmationCode', value: await user.confirmationCode() } });
          break;
        case 'downloaded':
          return response.value;
      }
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
    // What the eUICC has is not changed by who stops listening: the last piece may have been there.
    const message = `Stopped. See whether the profile is there (${typed('profile list')}); if not, nothing was installed.`;
    throw new TerminalError('cancelled', 'INTERRUPTED', message, { cause });
  } finally {
    end();
    output.transient('');
  }
  throw new TerminalError('internal', 'DOWNLOAD_ENDED', 'The terminal ended the download without a result.');
}

const stageTexts: Readonly<Record<number, string>> = {
  [DownloadStage.AUTHENTICATION]: 'eUICC and SM-DP+ authenticate each other',
  [DownloadStage.PREPARATION]: 'the eUICC prepares the download',
  [DownloadStage.BINDING]: 'the SM-DP+ binds the profile to this eUICC',
  [DownloadStage.LOADING]: 'the profile goes to the eUICC',
  [DownloadStage.NOTIFICATION]: 'the SM-DP+ is told',
};

function stageText({ stage, loadedPieces, pieces }: { stage: number; loadedPieces: number; pieces: number }): string {
  const share = pieces === 0 ? '' : ` ${Math.floor((100 * loadedPieces) / pieces)} %`;
  return `${stageTexts[stage] ?? 'working'}${share}`;
}

/** What the user is shown of a profile before it is installed. */
export function profileCard(profile: OfferedProfile): string[] {
  const { iccid, serviceProviderName, profileName, profileClass, policyRules, iconType, icon, smdpAddress } = profile;
  const rules = policyRules.map((rule) => `${rule}: ${policyRuleSentences[rule] ?? 'a rule of no known meaning'}`);
  return [
    `Provider  ${serviceProviderName}`,
    `Profile   ${profileName}`,
    `ICCID     ${iccid}`,
    `Class     ${ProfileClass[profileClass].toLowerCase()}`,
    `From      ${smdpAddress}`,
    ...(iconType === '' ? [] : [`Icon      ${iconType}, ${icon.length} octets`]),
    ...(rules.length === 0 ? [] : [`Rules     ${rules.join('; ')}`]),
  ];
}

/** The same in JSON. */
export function profileCardValue(profile: OfferedProfile) {
  const { iccid, serviceProviderName, profileName, profileClass, policyRules, iconType, icon, smdpAddress } = profile;
  const iconValue = iconType === '' ? null : { type: iconType, octets: icon.length };
  const named = { iccid, serviceProviderName, profileName, class: ProfileClass[profileClass].toLowerCase() };
  return { ...named, policyRules, icon: iconValue, smdpAddress };
}
