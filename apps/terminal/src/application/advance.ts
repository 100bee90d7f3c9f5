import { type ContractRecord, isOver, type RecordIn, type Stage } from './contract-record.ts';
import type { Run } from './run.ts';
import { acquireUnlessInstalled } from './stages/acquire.ts';
import { awaitDecision } from './stages/await-decision.ts';
import { enable } from './stages/enable.ts';
import { install } from './stages/install.ts';
import { openContract } from './stages/open-contract.ts';
import { report } from './stages/report.ts';
import { submitInformation } from './stages/submit-information.ts';

type OpenStage = Exclude<Stage, 'complete' | 'ended'>;

/** What is done in each stage. A stage returns the record of the next one, or the same object when it can't go on now. */
const stages: { readonly [S in OpenStage]: (record: RecordIn<S>, run: Run) => Promise<ContractRecord> } = {
  opening: openContract,
  informing: submitInformation,
  deciding: awaitDecision,
  acquiring: acquireUnlessInstalled,
  installing: install,
  enabling: enable,
  reporting: report,
};

/** Calls the function of a record's stage; that the two belong together is what the type of `stages` says. */
function act(record: RecordIn<OpenStage>, run: Run): Promise<ContractRecord> {
  const stage = stages[record.stage] as (record: RecordIn<OpenStage>, run: Run) => Promise<ContractRecord>;
  return stage(record, run);
}

/**
 * Takes a contract application as far as it goes by itself: to its end, or to where the user or a server is needed (an
 * error then says what). Every record is stored before it is acted on, so that a run that is killed at any point is
 * continued by the next.
 */
export async function advance(record: ContractRecord, run: Run): Promise<ContractRecord> {
  for (let current = record; ; ) {
    if (isOver(current)) return current;
    run.signal.throwIfAborted();
    const next = await act(current, run);
    if (next === current) return current;
    run.save(next);
    run.tell({ kind: 'contract', record: next });
    current = next;
  }
}
