import { timingSafeEqual } from 'node:crypto';
import { DerError, encodeObjectIdentifier, encodeTlv, octets, sequence } from '@tegata/der';
import { type CardTransport, openChannel, statusWordText } from './apdu.ts';
import { ChipAccessError } from './chip-access-error.ts';
import { type ChipPassword, pacePassword, passwordReferences } from './chip-password.ts';
import { macOctets } from './cipher-suite.ts';
import type { DomainParameters, Point } from './domain-parameters.ts';
import {
  authenticationToken,
  ephemeralKey,
  mapNonce,
  nonceOctets,
  paceSession,
  passwordKey,
} from './pace-agreement.ts';
import type { SessionKeys } from './secure-messaging.ts';
import type { PaceProtocol } from './security-infos.ts';

/** Dynamic authentication data (ICAO 9303-11 section 4.4.4.2): one object in each of the four steps, either way. */
export const authenticationData = 0x7c;
export const stepTags = {
  encryptedNonce: 0x80,
  terminalMapping: 0x81,
  chipMapping: 0x82,
  terminalKey: 0x83,
  chipKey: 0x84,
  terminalToken: 0x85,
  chipToken: 0x86,
} as const;

/**
 * PACE (ICAO 9303-11 section 4.4, BSI TR-03110): a password that is short for a key that is not, and no trace of it on the
 * way. Generic mapping with elliptic curves.
 *
 * @throws ChipAccessError `CHIP_ACCESS_DENIED` when the chip does not take the password, `CHIP_NOT_AUTHENTIC` when it does not
 *   show that it knows it, `CHIP_RESPONSE_UNEXPECTED`, `CHIP_PASSWORD_MALFORMED`
 */
export async function pace(
  transport: CardTransport,
  protocol: PaceProtocol,
  password: ChipPassword,
  random: (octets: number) => Uint8Array,
): Promise<SessionKeys> {
  const { suite, parameters } = protocol;
  const secret = pacePassword(password);
  await chooseProtocol(transport, protocol, password.kind);

  const encryptedNonce = await step(transport, undefined, stepTags.encryptedNonce, nonceOctets);
  const nonce = suite.decrypt(passwordKey(suite, secret), new Uint8Array(suite.blockOctets), encryptedNonce);

  const mapping = ephemeralKey(parameters, parameters.generator, random);
  const theirMapping = await exchange(transport, parameters, mapping.publicKey, 'terminalMapping', 'chipMapping');
  const generator = mapNonce(parameters, nonce, mapping, theirMapping);
  if (!generator) throw unexpected('maps the nonce to nothing');

  const agreement = ephemeralKey(parameters, generator, random);
  const theirs = await exchange(transport, parameters, agreement.publicKey, 'terminalKey', 'chipKey');
  // A reflected key would make the chip's token the terminal's own.
  if (theirs.equals(agreement.publicKey)) throw new ChipAccessError('CHIP_NOT_AUTHENTIC', 'the chip answers our key');
  const keys = paceSession(suite, theirs.multiply(agreement.scalar));

  const ours = encodeTlv(stepTags.terminalToken, authenticationToken(protocol, keys, theirs));
  const token = await step(transport, ours, stepTags.chipToken, macOctets);
  if (!timingSafeEqual(token, authenticationToken(protocol, keys, agreement.publicKey))) {
    throw new ChipAccessError('CHIP_NOT_AUTHENTIC', 'the chip does not know the password');
  }
  return keys;
}

/** MSE:Set AT (section 4.4.4.1): protocol, kind of password, curve. */
async function chooseProtocol(
  transport: CardTransport,
  { oid, parameters }: PaceProtocol,
  kind: ChipPassword['kind'],
): Promise<void> {
  const data = Buffer.concat([
    encodeTlv(0x80, encodeObjectIdentifier(oid)),
    encodeTlv(0x83, Buffer.of(passwordReferences[kind])),
    encodeTlv(0x84, Buffer.of(parameters.id)),
  ]);
  const { statusWord } = await openChannel(transport).send({ cla: 0, ins: 0x22, p1: 0xc1, p2: 0xa4, data });
  // 63CX warns of tries that were lost before; a CAN does not run out.
  if (statusWord !== 0x9000 && statusWord >> 4 !== 0x63c) {
    if (statusWord === 0x6a88) throw new ChipAccessError('CHIP_ACCESS_UNSUPPORTED', 'the chip has no such password');
    throw unexpected('refuses its own PACE', statusWord);
  }
}

/** Sends a public key and takes one. */
async function exchange(
  transport: CardTransport,
  parameters: DomainParameters,
  ours: Point,
  tag: 'terminalMapping' | 'terminalKey',
  answerTag: 'chipMapping' | 'chipKey',
): Promise<Point> {
  const size = 1 + 2 * parameters.coordinateOctets;
  const sent = encodeTlv(stepTags[tag], ours.toBytes(false));
  const point = parameters.point(await step(transport, sent, stepTags[answerTag], size));
  if (!point) throw unexpected('gives a point that is not on the curve');
  return point;
}

/** GENERAL AUTHENTICATE with an object, or none; all but the last are chained. */
async function step(
  transport: CardTransport,
  object: Uint8Array | undefined,
  tag: number,
  size: number,
): Promise<Uint8Array> {
  const last = tag === stepTags.chipToken;
  const { data, statusWord } = await openChannel(transport).send({
    ...{ cla: last ? 0x00 : 0x10, ins: 0x86, p1: 0, p2: 0 },
    data: encodeTlv(authenticationData, object ?? new Uint8Array(0)),
    expected: 256,
  });
  if (last && statusWord !== 0x9000) {
    throw new ChipAccessError('CHIP_ACCESS_DENIED', 'the chip does not take this password');
  }
  if (statusWord !== 0x9000) throw unexpected('breaks off PACE', statusWord);
  try {
    return sequence(authenticationData, { answer: octets(tag, size) }).decode(data).answer;
  } catch (cause) {
    if (cause instanceof DerError) throw unexpected('answers PACE with something else', undefined, { cause });
    throw cause;
  }
}

const unexpected = (what: string, statusWord?: number, options?: ErrorOptions): ChipAccessError => {
  const status = statusWord === undefined ? '' : `, status word ${statusWordText(statusWord)}`;
  return new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', `the chip ${what}${status}`, options);
};
