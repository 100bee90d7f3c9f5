import { ProfileState } from '@tegata/contracts/gsma-rsp-v2';
import { TerminalError } from '../../terminal-error.ts';
import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { type Run, StepLog } from '../run.ts';

/** S35/S58: enables the installed profile and reads its IMSI. PROFILE_GONE when the user has deleted it meanwhile. */
export async function enable(record: RecordIn<'enabling'>, run: Run): Promise<ContractRecord> {
  const log = new StepLog(run, record.flow, record.steps);
  const imsi = await log.time('enable', async () => {
    const profile = await run.profiles.find(record.iccid);
    if (profile === undefined) {
      throw new TerminalError('not-found', 'PROFILE_GONE', `The profile ${record.iccid} is no longer in the eUICC.`);
    }
    if (profile.profileState !== ProfileState.ENABLED) await run.profiles.enable(record.iccid);
    return run.profiles.readImsi();
  });
  return { ...record, stage: 'reporting', imsi, steps: log.steps };
}
