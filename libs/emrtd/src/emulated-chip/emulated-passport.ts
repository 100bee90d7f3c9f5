import { DerError, encodeTlv, parseTlv, type Tlv } from '@tegata/der';
import { challengeOctets } from '../active-authentication/active-authentication.ts';
import {
  type CardTransport,
  type CommandApdu,
  encodeResponse,
  parseCommand,
  type ResponseApdu,
} from '../chip-access/apdu.ts';
import { type ChipPassword, mrzInformation, pacePassword, passwordReferences } from '../chip-access/chip-password.ts';
import { elementaryFiles, emrtdApplication } from '../chip-access/elementary-files.ts';
import { authenticationData } from '../chip-access/pace.ts';
import type { SessionKeys } from '../chip-access/secure-messaging.ts';
import { type PaceProtocol, readCardAccess } from '../chip-access/security-infos.ts';
import { environments } from '../chip-authentication/chip-authentication.ts';
import type { ChipFiles } from '../verify-chip.ts';
import { type AgreementKey, ChipAgreement } from './chip-agreement.ts';
import { answerChallenge, type ChipKey } from './chip-answer.ts';
import { ChipBac } from './chip-bac.ts';
import { documentFiles, type FileSystem, masterFile, type OfferedPace } from './chip-files.ts';
import { ChipMessaging } from './chip-messaging.ts';
import { ChipPace } from './chip-pace.ts';

export interface EmulatedPassportOptions {
  readonly files: ChipFiles;
  /** what of its machine readable zone is asked for */
  readonly mrz: Extract<ChipPassword, { kind: 'mrz' }>;
  /** card access number, six digits; absent: it has none */
  readonly can?: string | undefined;
  /** ways of doing PACE; none: BAC only */
  readonly pace?: readonly OfferedPace[];
  /** whether it can do BAC, as all could once */
  readonly bac?: boolean;
  /** key by which it answers challenges; absent: it can't, as a copy of its files can't */
  readonly key?: ChipKey | undefined;
  /** key by which it agrees on keys for a session that only it can have; absent: it can't, whatever DG14 says */
  readonly agreementKey?: AgreementKey | undefined;
  /** most octets of a response, 256 for a chip with short lengths only */
  readonly largestResponse?: number;
  readonly random: (octets: number) => Uint8Array;
}

/** Of a contactless card with protocol T=1 and nothing to say of itself (PC/SC part 3 section 3.1.3.2.3.2). */
const answerToReset: Uint8Array = Buffer.from('3b80800101', 'hex');
const nothing = new Uint8Array();
const status = (statusWord: number): ResponseApdu => ({ data: nothing, statusWord });

/**
 * The chip of a passport (ICAO 9303-10, -11): its master file in the open, its application behind PACE or BAC and secure
 * messaging. Commands come one after the other.
 */
export class EmulatedPassport implements CardTransport {
  private readonly master: FileSystem;
  private readonly document: FileSystem;
  private readonly offered: readonly PaceProtocol[];
  private readonly passwords: ReadonlyMap<number, Uint8Array>;
  private readonly bac: ChipBac;
  private readonly agreement: ChipAgreement;
  private inApplication = false;
  private selected: Uint8Array | undefined;
  private pace: ChipPace | undefined;
  private session: ChipMessaging | undefined;

  constructor(private readonly options: EmulatedPassportOptions) {
    const { files, mrz, can, pace = [], random, largestResponse = 256 } = options;
    this.master = masterFile(pace, largestResponse);
    this.document = documentFiles(files);
    const cardAccess = this.master.get(elementaryFiles.cardAccess.id);
    this.offered = cardAccess ? readCardAccess(cardAccess) : [];
    this.passwords = new Map([
      [passwordReferences.mrz, pacePassword(mrz)],
      ...(can === undefined ? [] : ([[passwordReferences.can, pacePassword({ kind: 'can', number: can })]] as const)),
    ]);
    this.bac = new ChipBac(mrzInformation(mrz), random);
    this.agreement = new ChipAgreement(options.agreementKey, files.dg14);
  }

  /** The answer to a reset, which ends every session. */
  async reset(): Promise<Uint8Array> {
    this.inApplication = false;
    this.selected = undefined;
    this.pace = undefined;
    this.session = undefined;
    return answerToReset;
  }

  async transmit(octets: Uint8Array): Promise<Uint8Array> {
    const command = parseCommand(octets);
    return encodeResponse(command ? this.answer(command) : status(0x6700));
  }

  private answer(command: CommandApdu): ResponseApdu {
    const { session } = this;
    if ((command.cla & 0x0c) !== 0x0c) {
      // Whoever speaks in the open after an authentication is somebody else.
      this.session = undefined;
      return this.perform(command, session !== undefined);
    }
    const unprotected = session?.unprotect(command) ?? 0x6987;
    if (typeof unprotected === 'number') {
      this.session = undefined;
      return status(unprotected);
    }
    return session!.protect(command.ins, this.perform(unprotected, false));
  }

  private perform({ cla, ins, p1, p2, data = nothing, expected }: CommandApdu, sessionLost: boolean): ResponseApdu {
    if (sessionLost) this.selected = undefined;
    if (cla !== 0x00 && !(cla === 0x10 && ins === 0x86)) return status(0x6e00);
    switch (ins) {
      case 0xa4:
        return this.select(p1, p2, data);
      case 0xb0:
        return p1 < 0x80 ? this.read(p1 * 0x100 + p2, expected) : status(0x6a86);
      case 0xb1:
        return this.readFar(data, expected);
      case 0x88:
        return this.authenticateInternally(data);
      case 0x22:
        return this.setEnvironment(p1 * 0x100 + p2, data);
      case 0x86:
        return this.authenticateGenerally(data);
      case 0x84:
        return this.bacPossible ? this.bac.getChallenge() : status(0x6d00);
      case 0x82:
        return this.bacPossible ? this.authenticateExternally(data) : status(0x6d00);
      default:
        return status(0x6d00);
    }
  }

  private get bacPossible(): boolean {
    return (this.options.bac ?? true) && this.inApplication && !this.session;
  }

  private select(p1: number, p2: number, data: Uint8Array): ResponseApdu {
    if (p2 !== 0x0c) return status(0x6a86);
    this.selected = undefined;
    const name = Buffer.from(data);
    if (p1 === 0x04) {
      if (!name.equals(emrtdApplication)) return status(0x6a82);
      this.inApplication = true;
      return status(0x9000);
    }
    if (data.length !== 2) return status(0x6a80);
    const id = name.readUInt16BE();
    if (p1 === 0x00 && id === 0x3f00) {
      this.inApplication = false;
      return status(0x9000);
    }
    if (p1 !== 0x02) return status(0x6a86);
    if (this.inApplication && !this.session) return status(0x6982);
    this.selected = (this.inApplication ? this.document : this.master).get(id);
    return status(this.selected ? 0x9000 : 0x6a82);
  }

  private read(offset: number, expected: number | undefined): ResponseApdu {
    if (!this.selected) return status(0x6986);
    if (expected === undefined) return status(0x6700);
    if (offset >= this.selected.length) return status(0x6b00);
    const data = this.selected.subarray(offset, offset + Math.min(expected, this.largestChunk));
    return { data, statusWord: data.length < expected ? 0x6282 : 0x9000 };
  }

  /** With the octets that it takes for an answer in the open; a protected one is longer, and fits still. */
  private get largestChunk(): number {
    const { largestResponse = 256 } = this.options;
    return this.session ? largestResponse - 30 : largestResponse;
  }

  private readFar(data: Uint8Array, expected: number | undefined): ResponseApdu {
    const object = dataObject(data);
    if (object?.tag !== 0x54 || object.value.length > 4) return status(0x6a80);
    const offset = object.value.reduce((sum, octet) => sum * 0x100 + octet, 0);
    const header = (expected ?? 0) > 0x82 ? 4 : 2;
    const { data: chunk, statusWord } = this.read(offset, expected === undefined ? undefined : expected - header);
    return { data: chunk.length > 0 ? encodeTlv(0x53, chunk) : chunk, statusWord };
  }

  private setEnvironment(parameters: number, data: Uint8Array): ResponseApdu {
    if (parameters === 0xc1a4) return this.choosePace(data);
    if (!this.session || !this.inApplication) return status(0x6982);
    if (parameters === environments.authentication) return status(this.agreement.choose(data));
    return parameters === environments.agreement ? this.renew(this.agreement.agree(data)) : status(0x6a86);
  }

  /** The answer is protected by the keys that there were; the next command by these. */
  private renew(keys: SessionKeys | undefined, data: Uint8Array = nothing): ResponseApdu {
    if (!keys) return status(0x6300);
    this.begin(keys);
    return { data, statusWord: 0x9000 };
  }

  private choosePace(data: Uint8Array): ResponseApdu {
    this.pace = undefined;
    const chosen = ChipPace.choose(data, this.offered, this.passwords, this.options.random);
    if (typeof chosen === 'number') return status(chosen);
    this.pace = chosen;
    return status(0x9000);
  }

  private authenticateGenerally(data: Uint8Array): ResponseApdu {
    if (this.session && this.inApplication && this.agreement.isChosen) {
      return this.renew(this.agreement.authenticate(data), encodeTlv(authenticationData));
    }
    if (!this.pace) return status(0x6985);
    const { response, keys } = this.pace.step(data);
    if (response.statusWord !== 0x9000 || keys) this.pace = undefined;
    if (keys) this.begin(keys);
    return response;
  }

  private authenticateExternally(token: Uint8Array): ResponseApdu {
    const { response, keys } = this.bac.externalAuthenticate(token);
    if (keys) this.begin(keys);
    return response;
  }

  private authenticateInternally(challenge: Uint8Array): ResponseApdu {
    const { key, random } = this.options;
    if (!key) return status(0x6d00);
    if (!this.session || !this.inApplication) return status(0x6982);
    if (challenge.length !== challengeOctets) return status(0x6700);
    return { data: answerChallenge(key, challenge, random), statusWord: 0x9000 };
  }

  private begin(keys: SessionKeys): void {
    this.session = new ChipMessaging(keys);
  }
}

function dataObject(octets: Uint8Array): Tlv | undefined {
  try {
    return parseTlv(octets);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
