import { authenticateAsUsim, gsmCipherKey, gsmResponse, type UsimAuthentication } from '@tegata/aka';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { FilePath } from '../profile/card-file.ts';
import { type CommandContext, done } from './card-session.ts';
import { requireUser } from './user-verification.ts';
import { hasService, USIM_SERVICE } from './usim-services.ts';

/** P2: the context that the challenge belongs to. */
const GSM_CONTEXT = 0x80;
const AKA_CONTEXT = 0x81;
const CHALLENGE_OCTETS = 16;
const SUCCESS = 0xdb;
const SYNCHRONISATION_FAILURE = 0xdc;

/**
 * AUTHENTICATE of a USIM or ISIM (3GPP TS 31.102 section 7.1.2): the user's PIN must have been verified or be disabled.
 * New sequence numbers are in the memory before the answer leaves the card.
 */
export async function authenticate(context: CommandContext, { p1, p2, data }: CommandApdu): Promise<ResponseApdu> {
  const { channel, profile } = context;
  if (p1 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  const application = profile.tree.applicationOf(channel.directory)?.path;
  const authentication = application === undefined ? undefined : profile.authentication(application);
  if (application === undefined || authentication === undefined) {
    throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  }
  const { functions, accepted, rules } = authentication;
  requireUser(context, application);
  if (p2 === GSM_CONTEXT) {
    if (!hasService(profile, application, USIM_SERVICE.gsmSecurityContext)) {
      throw new StatusWordError(STATUS_WORD.CONTEXT_NOT_SUPPORTED);
    }
    const [rand] = challenges(data, 1);
    await count(context, application);
    const { res, ck, ik } = functions.f2345(rand ?? data);
    return done(Buffer.concat([counted(gsmResponse(res)), counted(gsmCipherKey(ck, ik))]));
  }
  if (p2 !== AKA_CONTEXT) throw new StatusWordError(STATUS_WORD.CONTEXT_NOT_SUPPORTED);
  const [rand = data, autn = data] = challenges(data, 2);
  await count(context, application);
  const answer = authenticateAsUsim(functions, accepted, { rand, autn }, rules);
  if (answer.outcome === 'success') await profile.updateSequenceNumbers(application, answer.accepted);
  return respond(answer, hasService(profile, application, USIM_SERVICE.gsmAccess));
}

/** The package may say how often its key may be used, whatever comes of it. */
async function count({ profile }: CommandContext, application: FilePath): Promise<void> {
  if (!(await profile.countAuthentication(application)))
    throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
}

function respond(answer: UsimAuthentication, withGsmKey: boolean): ResponseApdu {
  switch (answer.outcome) {
    case 'macFailure':
      throw new StatusWordError(STATUS_WORD.AUTHENTICATION_MAC_WRONG);
    case 'synchronisationFailure':
      return done(Buffer.concat([Uint8Array.of(SYNCHRONISATION_FAILURE), counted(answer.auts)]));
    case 'success': {
      const values = [answer.res, answer.ck, answer.ik];
      if (withGsmKey) values.push(gsmCipherKey(answer.ck, answer.ik));
      return done(Buffer.concat([Uint8Array.of(SUCCESS), ...values.map(counted)]));
    }
  }
}

/** Values of 16 octets, each after its length. */
function challenges(data: Uint8Array, count: number): Uint8Array[] {
  const each = CHALLENGE_OCTETS + 1;
  if (data.length !== count * each) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  return Array.from({ length: count }, (_, i) => {
    if (data[i * each] !== CHALLENGE_OCTETS) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    return data.subarray(i * each + 1, (i + 1) * each);
  });
}

function counted(value: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(value.length), value]);
}
