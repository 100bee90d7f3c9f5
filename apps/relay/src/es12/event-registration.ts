import { RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';

/** An event as it is to be stored. */
export interface EventToRegister {
  /** Who registers it, by its authenticated name. */
  readonly owner: string;
  readonly eventId: string;
  readonly eid: string;
  readonly rspServerAddress: string;
  readonly expiresAt: Date;
  /** SHA-256 of the data acquisition key that opens it. */
  readonly dakDigest?: Uint8Array;
  readonly withCertificate?: boolean;
  readonly contractId?: string;
  /** functionCallIdentifier: if given, only the same call counts as a repetition. */
  readonly functionCall?: string;
  /** EventID at the root SM-DS, for an event that is forwarded there. */
  readonly rootEventId?: string;
}

/** How a registration ended: `known` is an EventID or key that stands for something else, `full` a limit. */
export type RegistrationOutcome = 'registered' | 'repeated' | 'known' | 'full';

const registration = {
  name: 'register_event',
  text: `SELECT register_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS outcome`,
};

/** Postgres has no text with NUL in it. */
const isStorable = (text: string): boolean => !text.includes('\0');

/**
 * Stores an event and, if it is to be forwarded, the intent to do so: both or neither, in one statement.
 * @throws RspRefusal 1.6/2.1 for an EventID with NUL in it.
 */
export async function storeEvent(
  { database, clock, config }: Pick<RelayContext, 'database' | 'clock' | 'config'>,
  event: EventToRegister,
): Promise<RegistrationOutcome> {
  const { owner, eventId, eid, rspServerAddress, expiresAt, functionCall } = event;
  if (!isStorable(eventId)) throw new RspRefusal('PARAMETER_INVALID');
  const [row] = await database.query<{ outcome: RegistrationOutcome }>(registration, [
    owner,
    eventId,
    eid,
    rspServerAddress,
    event.dakDigest ?? null,
    event.withCertificate ?? false,
    event.contractId ?? null,
    clock(),
    expiresAt,
    functionCall ?? null,
    functionCall !== undefined,
    event.rootEventId ?? null,
    config.eventsPerEid,
    config.eventsPerOwner,
  ]);
  if (!row) throw new Error('register_event answered nothing');
  return row.outcome;
}

const deletion = { name: 'delete_event', text: 'SELECT delete_event($1, $2, $3, $4) AS deleted' };

/** Removes an event of its owner; false when it has none such, or it has lapsed. */
export async function removeEvent(
  { database, clock }: Pick<RelayContext, 'database' | 'clock'>,
  { owner, eventId, eid }: Pick<EventToRegister, 'owner' | 'eventId' | 'eid'>,
): Promise<boolean> {
  if (!isStorable(eventId)) return false;
  const [row] = await database.query<{ deleted: boolean }>(deletion, [owner, eventId, eid, clock()]);
  return row?.deleted === true;
}
