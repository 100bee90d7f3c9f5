import { encodeInteger, encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import { type CardChannel, type CardTransport, type ResponseApdu, statusWordText } from '../chip-access/apdu.ts';
import { ChipAccessError } from '../chip-access/chip-access-error.ts';
import { tripleDes } from '../chip-access/cipher-suite.ts';
import { elementaryFiles } from '../chip-access/elementary-files.ts';
import { authenticationData, stepTags } from '../chip-access/pace.ts';
import { ephemeralKey, paceSession } from '../chip-access/pace-agreement.ts';
import { SecureMessaging } from '../chip-access/secure-messaging.ts';
import type { ChipAuthenticationKey } from './chip-authentication-keys.ts';

/** Tags of what MANAGE SECURITY ENVIRONMENT is told (ICAO 9303-11 section 6.2.4). */
export const environmentTags = { oid: 0x80, keyReference: 0x84, ephemeralKey: 0x91 } as const;
/** Its parameters: a template of authentication, or of key agreement, which is the way of triple DES. */
export const environments = { authentication: 0x41a4, agreement: 0x41a6 } as const;

/**
 * Chip authentication (ICAO 9303-11 section 6.2): agrees on new keys for the session with the key of DG14, which only the chip
 * that was issued can follow. It also takes the place of session keys that came of a short password.
 *
 * It proves the chip to this terminal: who sees the session can't tell whether the terminal has made both sides of it.
 *
 * @param channel the session that BAC or PACE has opened, with the application of the document selected
 * @returns the session to go on with; one command was answered in it
 * @throws ChipAccessError `CHIP_NOT_GENUINE` where the chip does not do it, or does not have the key
 */
export async function authenticateChip(
  channel: CardChannel,
  transport: CardTransport,
  key: ChipAuthenticationKey,
  random: (octets: number) => Uint8Array,
): Promise<CardChannel> {
  const { suite, parameters, publicKey } = key;
  const own = ephemeralKey(parameters, parameters.generator, random);
  await (suite === tripleDes ? agree : authenticate)(channel, key, own.publicKey.toBytes(false));
  const session = new SecureMessaging(transport, paceSession(suite, publicKey.multiply(own.scalar)));
  try {
    const data = Buffer.of(elementaryFiles.com.id >> 8, elementaryFiles.com.id & 0xff);
    requireDone(await session.send({ cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data }));
  } catch (cause) {
    // The first answer under the new keys shows whether the chip has them.
    if (!(cause instanceof ChipAccessError) || cause.code !== 'CHIP_RESPONSE_ALTERED') throw cause;
    throw notGenuine('does not have the key of DG14', { cause });
  }
  return session;
}

/** One command, MSE:Set KAT. */
async function agree(channel: CardChannel, { keyId }: ChipAuthenticationKey, ephemeral: Uint8Array): Promise<void> {
  const data = Buffer.concat([encodeTlv(environmentTags.ephemeralKey, ephemeral), ...reference(keyId)]);
  requireDone(await channel.send({ ...environment(environments.agreement), data }));
}

/** Two, MSE:Set AT and GENERAL AUTHENTICATE. */
async function authenticate(
  channel: CardChannel,
  { oid, keyId }: ChipAuthenticationKey,
  ephemeral: Uint8Array,
): Promise<void> {
  const data = Buffer.concat([encodeTlv(environmentTags.oid, encodeObjectIdentifier(oid)), ...reference(keyId)]);
  requireDone(await channel.send({ ...environment(environments.authentication), data }));
  const dynamic = encodeTlv(authenticationData, encodeTlv(stepTags.encryptedNonce, ephemeral));
  requireDone(await channel.send({ cla: 0, ins: 0x86, p1: 0, p2: 0, data: dynamic, expected: 256 }));
}

const environment = (parameters: number) => ({ cla: 0, ins: 0x22, p1: parameters >> 8, p2: parameters & 0xff });

/** Which of several keys is meant: the value of its number. */
const reference = (keyId: number | undefined): Uint8Array[] =>
  keyId === undefined ? [] : [encodeTlv(environmentTags.keyReference, encodeInteger(keyId))];

function requireDone({ statusWord }: ResponseApdu): void {
  if (statusWord !== 0x9000) throw notGenuine(`breaks off, status word ${statusWordText(statusWord)}`);
}

const notGenuine = (what: string, options?: ErrorOptions): ChipAccessError =>
  new ChipAccessError('CHIP_NOT_GENUINE', `chip authentication: the chip ${what}`, options);
