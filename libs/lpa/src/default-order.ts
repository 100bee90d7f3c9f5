import type { StoreMetadataRequest } from '@tegata/rsp';
import type { CallSettings } from './es9plus.ts';
import { LpaError } from './lpa-error.ts';
import { type DownloadParties, downloadProfile } from './profile-download.ts';

/**
 * Asks the default SM-DP+ whether it has an order for this EID (SGP.22 section 3.1.3 without a matchingId). The session
 * ends before anything is prepared, cancelled as postponed: the order stays as it is, for a download that the user has consented to.
 *
 * @returns metadata of the profile that is offered
 * @throws as downloadProfile does; an SM-DP+ without such an order refuses the matchingId
 */
export async function offerOfDefaultSmdp(
  parties: DownloadParties,
  smdpAddress: string,
  settings: CallSettings = {},
): Promise<StoreMetadataRequest> {
  let offered: StoreMetadataRequest | undefined;
  try {
    await downloadProfile(
      parties,
      { smdpAddress, matchingId: '' },
      {
        consent: async (metadata) => {
          offered = metadata;
          return 'postpone';
        },
      },
      settings,
    );
  } catch (error) {
    if (offered !== undefined && error instanceof LpaError && error.code === 'USER_POSTPONED') return offered;
    throw error;
  }
  throw new LpaError('EUICC_ANSWER_MALFORMED', 'the eUICC installed a profile that nobody has consented to');
}
