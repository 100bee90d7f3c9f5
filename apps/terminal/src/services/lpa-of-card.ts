import { LpaService } from '@tegata/contracts/terminal-v1';
import { implement, type ServiceImplementation } from '@tegata/service-kit';
import { TerminalError } from '../terminal-error.ts';
import { euiccHandlers } from './euicc-handlers.ts';
import { type DownloadContext, downloadHandlers } from './profile-download.ts';

/** tegata.terminal.v1.Lpa for the eUICC of a card: what SGP.22 has. The rest is the terminal's own. EUICC_IS_A_CARD. */
export function lpaServiceOfCard(context: DownloadContext): ServiceImplementation {
  return implement(LpaService, {
    ...downloadHandlers(context),
    ...euiccHandlers(context),
    showCertificate: notOfACard,
    transferCertificate: notOfACard,
    attach: notOfACard,
    getDiscovery: notOfACard,
    setDiscovery: notOfACard,
  });
}

async function notOfACard(): Promise<never> {
  throw new TerminalError('precondition', 'EUICC_IS_A_CARD', 'A card in a reader has profiles alone, not a terminal.');
}
