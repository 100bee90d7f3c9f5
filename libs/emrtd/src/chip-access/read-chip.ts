import { authenticateChip } from '../chip-authentication/chip-authentication.ts';
import { chipAuthenticationKeys } from '../chip-authentication/chip-authentication-keys.ts';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { digestsIn, requireSignedDataGroup } from '../passive-authentication/passive-authentication.ts';
import type { ChipFiles } from '../verify-chip.ts';
import { type CardChannel, type CardTransport, openChannel, shortLengths, statusWordText } from './apdu.ts';
import { basicAccessControl } from './basic-access-control.ts';
import { ChipAccessError } from './chip-access-error.ts';
import { type ChipPassword, mrzInformation } from './chip-password.ts';
import { type ElementaryFile, elementaryFiles, emrtdApplication } from './elementary-files.ts';
import { pace } from './pace.ts';
import { largestResponse, type ReadingOptions, readFileIfThere, readFileOf } from './read-file.ts';
import { SecureMessaging } from './secure-messaging.ts';
import { type PaceProtocol, readCardAccess } from './security-infos.ts';

/** Octets of data that fit in a protected response of 256: padding indicator, padding, status word and MAC take the rest. */
const shortChunk = 0xdf;
/** Octets that protection adds to a response at most, and octets asked for at once where a chip allows more. */
const protection = 64;
const longestChunk = 4_096;

export interface ChipReadingOptions {
  readonly random: (octets: number) => Uint8Array;
  readonly onProgress?: ReadingOptions['onProgress'];
}

/** The files of a chip, and how it let them be read. */
export interface ChipReading {
  readonly files: ChipFiles;
  readonly access: 'PACE' | 'BAC';
  /** whether the chip has shown, to who has read it and nobody else, that it has the key of DG14 */
  readonly chipAuthentication: boolean;
}

/**
 * Reads the chip of a document (ICAO 9303-11 section 4.2): with PACE where EF.CardAccess offers it in a way that is known here,
 * else with BAC. Every answer after that is protected, and checked.
 *
 * A chip whose DG14 offers chip authentication has to do it, and gives the rest under the keys that come of it. Why that is no evidence
 * for anybody else: `authenticateChip`.
 *
 * What was read is not verified yet: that is `verifyChip`. EF.CardAccess itself is not signed; who changes it on the way can
 * make the terminal take the weaker procedure, but not data that the issuing state did not sign.
 *
 * @throws ChipAccessError
 */
export async function readChip(
  transport: CardTransport,
  password: ChipPassword,
  { random, onProgress }: ChipReadingOptions,
): Promise<ChipReading> {
  const { channel, access, largest } = await openApplication(transport, password, { random, onProgress });
  const chunkOctets = Math.max(shortChunk, Math.min(longestChunk, largest - protection));
  const options = { chunkOctets, onProgress };
  await readFileOf(channel, elementaryFiles.com, options);
  const dg14 = await readFileIfThere(channel, elementaryFiles.dg14, options);
  const [key] = dg14 ? keysOf(dg14) : [];
  const session = key ? await authenticateChip(channel, transport, key, random) : channel;
  const read = (file: ElementaryFile) => readFileOf(session, file, options);
  const dg15 = await readFileIfThere(session, elementaryFiles.dg15, options);
  const files = {
    sod: await read(elementaryFiles.sod),
    dg1: await read(elementaryFiles.dg1),
    dg2: await read(elementaryFiles.dg2),
    ...(dg14 && { dg14 }),
    ...(dg15 && { dg15 }),
  };
  requireKeys(files, key !== undefined);
  return { files, access, chipAuthentication: key !== undefined };
}

/**
 * A chip whose state has signed keys for it shows those keys. One that does not is a copy that can't use them, or has put its own in
 * their place. Who has signed EF.SOD, and whether it is what was signed, is for `verifyChip` to say.
 */
function requireKeys({ sod, dg14, dg15 }: ChipFiles, byDataGroup14: boolean): void {
  const named = digestsNamedIn(sod);
  if (!named) return;
  const missing = [dg14 ? undefined : 14, dg15 ? undefined : 15].find((number) => number && named.values.has(number));
  if (missing) throw notGenuine(`does not show DG${missing}, which EF.SOD names`);
  if (dg14 && byDataGroup14 && !isNamed(named, 14, dg14)) throw notGenuine('has a DG14 that is not the one of EF.SOD');
}

/** Undefined for an EF.SOD that can't be read. */
const digestsNamedIn = (sod: Uint8Array) => unlessRefused(() => digestsIn(sod));
const isNamed = (...named: Parameters<typeof requireSignedDataGroup>): boolean =>
  unlessRefused(() => {
    requireSignedDataGroup(...named);
    return true;
  }) ?? false;
/** None for a DG14 that can't be read. */
const keysOf = (dg14: Uint8Array) => unlessRefused(() => chipAuthenticationKeys(dg14)) ?? [];

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof EmrtdRefusal) return undefined;
    throw error;
  }
}

const notGenuine = (what: string): ChipAccessError => new ChipAccessError('CHIP_NOT_GENUINE', `the chip ${what}`);

/** Octets of the longest answer to a challenge: RSA of 4096 bits. */
const longestAnswer = 512;

/**
 * Has the chip of a document answer a challenge (active authentication, ICAO 9303-11 section 6.1), in a session of its own.
 *
 * @param challenge 8 octets
 * @returns its signature, which `verifyChip` verifies
 * @throws ChipAccessError `CHIP_NOT_GENUINE` where there is no answer, and as `readChip`
 */
export async function challengeChip(
  transport: CardTransport,
  password: ChipPassword,
  challenge: Uint8Array,
  { random }: ChipReadingOptions,
): Promise<Uint8Array> {
  const { channel, largest } = await openApplication(transport, password, { random });
  const command = { cla: 0, ins: 0x88, p1: 0, p2: 0, data: challenge };
  const expected = largest > shortLengths.expected ? longestAnswer : shortLengths.expected;
  const { data, statusWord } = await channel.send({ ...command, expected });
  if (statusWord === 0x9000 && data.length > 0) return data;
  const message = `the chip does not answer a challenge, status word ${statusWordText(statusWord)}`;
  throw new ChipAccessError('CHIP_NOT_GENUINE', message);
}

/** A chip that has let the terminal in. */
interface OpenApplication {
  readonly channel: CardChannel;
  readonly access: ChipReading['access'];
  /** most octets of a response */
  readonly largest: number;
}

async function openApplication(
  transport: CardTransport,
  password: ChipPassword,
  { random, onProgress }: ChipReadingOptions,
): Promise<OpenApplication> {
  const open = openChannel(transport);
  const short = { chunkOctets: shortChunk, onProgress };
  // Some chips have no master file to select, and are in it anyway.
  await open.send({ cla: 0, ins: 0xa4, p1: 0x00, p2: 0x0c, data: Buffer.of(0x3f, 0x00) });
  const cardAccess = await readFileIfThere(open, elementaryFiles.cardAccess, short);
  const largest = await largestResponse(open);
  const [protocol] = cardAccess ? protocolsOf(cardAccess) : [];
  const channel = protocol
    ? new SecureMessaging(transport, await pace(transport, protocol, password, random))
    : undefined;
  await selectApplication(channel ?? open);
  if (channel) return { channel, access: 'PACE', largest };
  return { channel: await accessWithBac(transport, password, random), access: 'BAC', largest };
}

async function accessWithBac(
  transport: CardTransport,
  password: ChipPassword,
  random: ChipReadingOptions['random'],
): Promise<CardChannel> {
  if (password.kind !== 'mrz') {
    throw new ChipAccessError('CHIP_ACCESS_UNSUPPORTED', 'this chip takes its machine readable zone only');
  }
  return new SecureMessaging(transport, await basicAccessControl(transport, mrzInformation(password), random));
}

async function selectApplication(channel: CardChannel): Promise<void> {
  const { statusWord } = await channel.send({ cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, data: emrtdApplication });
  if (statusWord === 0x6a82) throw new ChipAccessError('CHIP_ACCESS_UNSUPPORTED', 'the card is no travel document');
  if (statusWord !== 0x9000) {
    const message = `the chip does not select its application, status word ${statusWordText(statusWord)}`;
    throw new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', message);
  }
}

function protocolsOf(cardAccess: Uint8Array): readonly PaceProtocol[] {
  try {
    return readCardAccess(cardAccess);
  } catch (cause) {
    if (!(cause instanceof EmrtdRefusal)) throw cause;
    throw new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', cause.message, { cause });
  }
}
