import type { AuthenticationChallenge } from '@tegata/contracts/management-v1';
import { TerminalError } from '../terminal-error.ts';
import type { Transmit } from './card-channel.ts';
import { Usim } from './usim.ts';

/** The authentication centre of a carrier (tegata.management.v1.NetworkAccess). */
export interface NetworkAccess {
  request(imsi: string): Promise<AuthenticationChallenge>;
  confirm(attemptId: string, res: Uint8Array): Promise<{ readonly networkName: string; readonly msisdn: string }>;
  resynchronise(attemptId: string, auts: Uint8Array): Promise<AuthenticationChallenge>;
}

/** An attached terminal. */
export interface Attached {
  readonly imsi: string;
  readonly networkName: string;
  readonly msisdn: string;
  /** Whether the USIM's sequence number had to be told to the network. */
  readonly resynchronised: boolean;
}

/**
 * Attaches to a network: authentication and key agreement (3GPP TS 33.102 section 6.3) between the USIM of the enabled profile and
 * the carrier's authentication centre. A sequence number that is out of step is put right once.
 *
 * Errors: NO_PROFILE_ENABLED, USIM_MISSING, PIN_NEEDED, AKA_NETWORK_REJECTED, AKA_SYNCHRONISATION_FAILED; the carrier's.
 */
export async function attach(transmit: Transmit, networkOf: (imsi: string) => NetworkAccess): Promise<Attached> {
  const usim = await Usim.select(transmit);
  const imsi = await usim.readImsi();
  const network = networkOf(imsi);

  let challenge = await network.request(imsi);
  let answer = await usim.authenticate(challenge.rand, challenge.autn);
  const resynchronised = answer.outcome === 'synchronisation-failure';
  if (answer.outcome === 'synchronisation-failure') {
    challenge = await network.resynchronise(challenge.attemptId, answer.auts);
    answer = await usim.authenticate(challenge.rand, challenge.autn);
  }
  switch (answer.outcome) {
    case 'success': {
      const { networkName, msisdn } = await network.confirm(challenge.attemptId, answer.res);
      return { imsi, networkName, msisdn, resynchronised };
    }
    case 'network-rejected':
      throw new TerminalError(
        'denied',
        'AKA_NETWORK_REJECTED',
        'The USIM refused the network: it does not know the key.',
      );
    case 'synchronisation-failure':
      throw new TerminalError(
        'denied',
        'AKA_SYNCHRONISATION_FAILED',
        'The sequence numbers of USIM and network are out of step again after they were put right.',
      );
  }
}
