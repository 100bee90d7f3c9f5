import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { type Run, StepLog } from '../run.ts';
import { alwaysOf } from './settle.ts';
import { unlessEnded } from './unless-ended.ts';

type Installing = RecordIn<'installing'>;

/**
 * S32/S56, from the relay's answer on, downloads the profile over the relay's ES9+; S34/S57 loads it into the eUICC. A
 * download that was interrupted is begun anew: the SM-DP+ binds the profile again for the same eUICC. A profile that is
 * there already was loaded by an earlier run.
 */
export function install(record: Installing, run: Run): Promise<ContractRecord> {
  return unlessEnded(record, run, () => downloadAndLoad(record, run));
}

async function downloadAndLoad(record: Installing, run: Run): Promise<ContractRecord> {
  const log = new StepLog(run, record.flow, record.steps);
  if ((await run.profiles.find(record.iccid)) === undefined) {
    const { rspServerAddress, eventId, iccid } = record;
    const endOfReceiving = log.start('receive', run.acquired);
    let endOfLoading = () => {};
    const onReceived = () => {
      endOfReceiving();
      endOfLoading = log.start('load');
    };
    await run.provisioning(record.relayAddress).download({ rspServerAddress, eventId, iccid, onReceived }, run.signal);
    endOfLoading();
  } else {
    log.found('receive', run.now());
    log.found('load', run.now());
  }
  const { contractId, contractToken, relayAddress, iccid } = record;
  return { stage: 'enabling', ...alwaysOf(record), contractId, contractToken, relayAddress, iccid, steps: log.steps };
}
