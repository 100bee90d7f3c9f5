import { TerminalError } from '../../terminal-error.ts';
import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { codeOf } from '../failures.ts';
import { instantOf, type Run, StepLog } from '../run.ts';
import { alwaysOf } from './settle.ts';
import { unlessEnded } from './unless-ended.ts';

type Acquiring = RecordIn<'acquiring'>;

/**
 * S27/S53 shows the data acquisition key to the relay, S33 stores the certificate that comes with the profile. May be
 * repeated until the installation is known to the carrier. Errors: NOTHING_TO_ACQUIRE, AUTHENTICATION_UNAVAILABLE,
 * CERTIFICATE_MISSING, the relay's.
 */
async function acquire(record: Acquiring, run: Run): Promise<ContractRecord> {
  const log = new StepLog(run, record.flow, record.steps);
  const relay = run.provisioning(record.relayAddress);
  const acquisition = await log.time('acquire', () =>
    run
      .retry(() => relay.acquire(record.dataAcquisitionKey, run.signal), run.signal)
      .catch((error: unknown) => {
        throw codeOf(error) === 'NOTHING_TO_ACQUIRE' ? explained(error, record) : error;
      }),
  );
  run.acquired = instantOf(run);
  const { certificate, eventId, rspServerAddress } = acquisition;
  if (certificate !== undefined) {
    await log.time('storeCertificate', () => run.certificates.store(certificate));
  } else if (record.certificateWaiting) {
    throw new TerminalError(
      'unavailable',
      'CERTIFICATE_MISSING',
      'The relay knows the profile but not yet the identity certificate that comes with it.',
    );
  }
  return { ...record, stage: 'installing', eventId, rspServerAddress, steps: log.steps };
}

/** Goes straight to the installed profile where an earlier run got that far: then nothing waits at the relay any more. */
export async function acquireUnlessInstalled(record: Acquiring, run: Run): Promise<ContractRecord> {
  if ((await run.profiles.find(record.iccid)) === undefined)
    return unlessEnded(record, run, () => acquire(record, run));
  const { contractId, contractToken, relayAddress, iccid } = record;
  return { stage: 'enabling', ...alwaysOf(record), contractId, contractToken, relayAddress, iccid };
}

function explained(cause: unknown, record: Acquiring): TerminalError {
  return new TerminalError(
    'not-found',
    'NOTHING_TO_ACQUIRE',
    `Nothing waits at the relay for contract ${record.contractId} and this eUICC: it was installed before, or it lapsed.`,
    { cause },
  );
}
