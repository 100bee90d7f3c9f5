import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeDurably } from '../state/durable-file.ts';
import { RecordShapeError } from '../state/json-codec.ts';
import { TerminalError } from '../terminal-error.ts';
import { type ContractRecord, contractIdOf, decodeRecord, encodeRecord, isOver } from './contract-record.ts';

/** The contract applications of a terminal, each in a file `<application id>.json` of mode 0600. */
export class RecordStore {
  /** `onDamaged` hears of files that can't be read; the other records are of use all the same. */
  constructor(
    private readonly folder: string,
    private readonly onDamaged: (error: TerminalError) => void = () => {},
  ) {}

  /** Stores a record; on return it is on the disk. */
  save(record: ContractRecord): void {
    writeDurably(this.#path(hexOf(record.applicationId)), encodeRecord(record), 0o600);
  }

  /** All readable records, newest first. */
  all(): ContractRecord[] {
    const names = readdirSync(this.folder).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
    const records = names.flatMap((name) => this.#readTolerantly(name.slice(0, 32)) ?? []);
    return records.sort((a, b) => b.createTime.getTime() - a.createTime.getTime());
  }

  /**
   * The record of a contract, by contract identifier or, for one that the carrier has not opened yet, by application identifier
   * (hex). CONTRACT_NOT_FOUND; RECORD_UNREADABLE.
   */
  get(id: string): ContractRecord {
    const record = /^[0-9a-f]{32}$/.test(id) ? this.#read(id) : undefined;
    const found = record ?? this.all().find((candidate) => contractIdOf(candidate) === id);
    if (found !== undefined) return found;
    throw new TerminalError('not-found', 'CONTRACT_NOT_FOUND', `This terminal has no contract ${id}.`);
  }

  /** The record of an application as it stands now. */
  reload(applicationId: Uint8Array): ContractRecord | undefined {
    return this.#read(hexOf(applicationId));
  }

  /** The only application that is not over. NO_OPEN_CONTRACT, SEVERAL_OPEN_CONTRACTS. */
  onlyOpen(): ContractRecord {
    const [open, ...others] = this.all().filter((record) => !isOver(record));
    if (open === undefined) {
      throw new TerminalError('not-found', 'NO_OPEN_CONTRACT', 'No contract application is open.');
    }
    if (others.length > 0) {
      const ids = [open, ...others].map((record) => contractIdOf(record) ?? hexOf(record.applicationId));
      throw new TerminalError(
        'precondition',
        'SEVERAL_OPEN_CONTRACTS',
        `Several contract applications are open; name one of: ${ids.join(', ')}.`,
      );
    }
    return open;
  }

  #readTolerantly(id: string): ContractRecord | undefined {
    try {
      return this.#read(id);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      this.onDamaged(error);
      return undefined;
    }
  }

  #read(id: string): ContractRecord | undefined {
    const path = this.#path(id);
    const stored = readIfThere(path);
    if (stored === undefined) return undefined;
    try {
      return decodeRecord(stored);
    } catch (cause) {
      if (!(cause instanceof RecordShapeError)) throw cause;
      throw new TerminalError('internal', 'RECORD_UNREADABLE', `${path} is damaged: ${cause.message}.`, { cause });
    }
  }

  #path(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
