import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { isTransient } from '../failures.ts';
import type { Run } from '../run.ts';
import { alwaysOf } from './settle.ts';

type Reporting = RecordIn<'reporting'>;

/**
 * Delivers the installation result and the other notifications, and reports the terminal's steps. The user has a working
 * profile by now, so that a server that can't be reached is no failure: the record stays in this stage (the same object is
 * returned), and the next run goes on.
 */
export async function report(record: Reporting, run: Run): Promise<ContractRecord> {
  try {
    const left = await run.provisioning(record.relayAddress).deliverNotifications(record.iccid, run.signal);
    if (left > 0) return later(record, run, 'Notifications could not be delivered yet');
    const desk = run.desk(record.carrier);
    const steps = record.steps.map(({ step, startTime, durationUs }) => ({
      step,
      startTime,
      durationUs: BigInt(durationUs),
    }));
    await run.retry(() => desk.reportSteps(record, steps, run.signal), run.signal);
    const { state } = await run.retry(() => desk.get(record, run.signal), run.signal);
    const { contractId, iccid, imsi } = record;
    return { stage: 'complete', ...alwaysOf(record), state, contractId, iccid, imsi };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return later(record, run, 'The carrier could not be told yet');
  }
}

function later(record: Reporting, run: Run, what: string): Reporting {
  run.tell({ kind: 'note', note: `${what}; the profile works, and \`tegata contract resume\` completes this later.` });
  return record;
}
