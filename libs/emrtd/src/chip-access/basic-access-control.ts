import { timingSafeEqual } from 'node:crypto';
import { type CardTransport, openChannel, statusWordText } from './apdu.ts';
import { ChipAccessError } from './chip-access-error.ts';
import { bacKeySeed } from './chip-password.ts';
import { keyPurposes, macOctets, tripleDes } from './cipher-suite.ts';
import type { SessionKeys } from './secure-messaging.ts';

/** Octets of challenges, of each side's share of the session keys, and of the cryptogram over both and the share. */
export const bacSizes = { challenge: 8, share: 16, cryptogram: 32 } as const;

/** The keys of a document, by which both sides of BAC know each other. */
export interface DocumentKeys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export function documentKeys(information: string): DocumentKeys {
  const seed = bacKeySeed(information);
  return {
    encryption: tripleDes.deriveKey(seed, keyPurposes.encryption),
    mac: tripleDes.deriveKey(seed, keyPurposes.mac),
  };
}

const zero = new Uint8Array(8);

/** Encrypts a message of BAC, and authenticates the cryptogram. */
export function sealToken(keys: DocumentKeys, message: Uint8Array): Uint8Array {
  const cryptogram = tripleDes.encrypt(keys.encryption, zero, message);
  return Buffer.concat([cryptogram, tripleDes.mac(keys.mac, cryptogram)]);
}

/** @returns undefined where it is not sealed with these keys */
export function openToken(keys: DocumentKeys, token: Uint8Array): Uint8Array | undefined {
  if (token.length !== bacSizes.cryptogram + macOctets) return undefined;
  const cryptogram = token.subarray(0, bacSizes.cryptogram);
  if (!timingSafeEqual(tripleDes.mac(keys.mac, cryptogram), token.subarray(bacSizes.cryptogram))) return undefined;
  return tripleDes.decrypt(keys.encryption, zero, cryptogram);
}

/** The keys of a session, from both shares and both challenges (ICAO 9303-11 section 4.3.3 and 9.8.6.3). */
export function bacSession(
  shares: { readonly terminal: Uint8Array; readonly chip: Uint8Array },
  challenges: { readonly terminal: Uint8Array; readonly chip: Uint8Array },
): SessionKeys {
  const seed = shares.terminal.map((octet, at) => octet ^ shares.chip[at]!);
  return {
    suite: tripleDes,
    encryption: tripleDes.deriveKey(seed, keyPurposes.encryption),
    mac: tripleDes.deriveKey(seed, keyPurposes.mac),
    counter: Buffer.concat([challenges.chip.subarray(4), challenges.terminal.subarray(4)]),
  };
}

/**
 * Basic Access Control (ICAO 9303-11 section 4.3): shows the chip that its machine readable zone was read, and the other
 * way round. The application of the document has to be selected.
 *
 * @param information MRZ_information
 * @throws ChipAccessError `CHIP_ACCESS_DENIED` for another document's, `CHIP_NOT_AUTHENTIC`, `CHIP_RESPONSE_UNEXPECTED`
 */
export async function basicAccessControl(
  transport: CardTransport,
  information: string,
  random: (octets: number) => Uint8Array,
): Promise<SessionKeys> {
  const channel = openChannel(transport);
  const keys = documentKeys(information);
  const challenge = await channel.send({ cla: 0, ins: 0x84, p1: 0, p2: 0, expected: bacSizes.challenge });
  if (challenge.statusWord !== 0x9000 || challenge.data.length !== bacSizes.challenge) {
    throw unexpected('gives no challenge', challenge.statusWord);
  }
  const challenges = { terminal: random(bacSizes.challenge), chip: challenge.data };
  const share = random(bacSizes.share);
  const data = sealToken(keys, Buffer.concat([challenges.terminal, challenges.chip, share]));
  const answer = await channel.send({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, expected: data.length });
  // 6300 of most chips, 6988 or 6982 of some; nothing else was wrong with the command.
  if (answer.statusWord !== 0x9000) {
    throw new ChipAccessError('CHIP_ACCESS_DENIED', `the chip does not take this machine readable zone`);
  }
  const opened = openToken(keys, answer.data);
  const expected = Buffer.concat([challenges.chip, challenges.terminal]);
  if (!opened || !timingSafeEqual(opened.subarray(0, expected.length), expected)) {
    throw new ChipAccessError('CHIP_NOT_AUTHENTIC', 'the chip does not know its own machine readable zone');
  }
  return bacSession({ terminal: share, chip: opened.subarray(expected.length) }, challenges);
}

const unexpected = (what: string, statusWord: number): ChipAccessError =>
  new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', `the chip ${what}, status word ${statusWordText(statusWord)}`);
