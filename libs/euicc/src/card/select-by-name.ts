import type { PlacedFile } from '../profile/file-tree.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import { endApplication, selectApplication } from '../usim/select.ts';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { enter, type LogicalChannel, type SecurityDomain } from './logical-channel.ts';
import { SECURITY_DOMAINS, securityDomainInformation } from './security-domains.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** P2, bits 4 and 3: what to answer. By name, FCI is answered by security domains, FCP by applications of the profile. */
const ANSWER_MASK = 0x0c;
const ANSWER_FCI = 0x00;
const ANSWER_FCP = 0x04;
const ANSWER_NOTHING = 0x0c;
/** P2, bits 2 and 1: which of several applications. */
const OCCURRENCE_MASK = 0x03;
/** P2, bits 7 and 6: activate the application, or end its session. */
const SESSION_MASK = 0x60;
const TERMINATION = 0x40;

type Candidate = { readonly domain: SecurityDomain } | { readonly application: PlacedFile };

/**
 * SELECT by AID, or the beginning of one (ETSI TS 102 221 section 11.1.1.2): the security domains come first, then the
 * applications of the profile in the order in which its package made them. ISD-Ps are reached through the ISD-R only.
 */
export function selectByName(
  channel: LogicalChannel,
  profile: StoredProfile | undefined,
  { p2, data: name }: CommandApdu,
): ResponseApdu {
  const answer = p2 & ANSWER_MASK;
  if (answer !== ANSWER_FCI && answer !== ANSWER_FCP && answer !== ANSWER_NOTHING) {
    throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  const found = occurrence(p2 & OCCURRENCE_MASK, candidates(profile, name), channel);
  if (found === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
  const ends = (p2 & SESSION_MASK) === TERMINATION;
  if ('domain' in found) {
    enter(channel, ends ? undefined : found.domain);
    const silent = ends || answer === ANSWER_NOTHING;
    return {
      data: silent ? new Uint8Array(0) : securityDomainInformation(found.domain),
      statusWord: STATUS_WORD.NORMAL,
    };
  }
  if (profile === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
  enter(channel, undefined);
  if (ends) return endApplication(channel, found.application);
  return selectApplication({ profile, channel }, found.application, answer);
}

/** A name has at least one octet: what no name at all would select is not there. */
function candidates(profile: StoredProfile | undefined, name: Uint8Array): Candidate[] {
  if (name.length === 0) return [];
  const domains = SECURITY_DOMAINS.filter(({ aid }) => Buffer.from(aid.subarray(0, name.length)).equals(name));
  const applications = profile?.tree.applications(name) ?? [];
  return [...domains, ...applications.map((application) => ({ application }))];
}

/** First, last, next or previous; next and previous are counted from what is selected on the channel. */
function occurrence(which: number, among: readonly Candidate[], channel: LogicalChannel): Candidate | undefined {
  const current = among.findIndex((candidate) =>
    'domain' in candidate
      ? candidate.domain === channel.securityDomain
      : channel.securityDomain === undefined && candidate.application.path === channel.application,
  );
  const previous = current === -1 ? among.length - 1 : current - 1;
  const index = [0, among.length - 1, current + 1, previous][which];
  return index === undefined ? undefined : among[index];
}
