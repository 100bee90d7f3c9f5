import { printable } from '@tegata/contracts';
import { AdminError } from '../network.ts';

/** What is wrong with one row of a batch. */
export interface RowFault {
  /** line of the file, the header being 1 */
  readonly line: number;
  /** all that is wrong with it */
  readonly reason: string;
}

/** A batch with rows that were not taken; of a file with bad rows nothing is imported unless that is asked for. */
export class BatchRefusedError extends AdminError {
  constructor(
    file: string,
    readonly faults: readonly RowFault[],
    imported = 0,
  ) {
    const shown = faults.slice(0, 20).map(({ line, reason }) => `  line ${line}: ${printable(reason)}`);
    const more = faults.length > shown.length ? [`  and ${faults.length - shown.length} more`] : [];
    super(
      'BATCH_REFUSED',
      [
        `${printable(file)} has ${faults.length === 1 ? 'a row' : `${faults.length} rows`} that can't be imported:`,
        ...shown,
        ...more,
      ].join('\n'),
      imported === 0
        ? 'Nothing was imported. Put the rows right, or import the others with --skip-bad-rows.'
        : `${imported} rows were imported. Put the others right and import the file again: nothing is done twice.`,
    );
  }
}
