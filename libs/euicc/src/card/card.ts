import type { StoredProfile } from '../profile/stored-profile.ts';
import { IsdPPersonalisation } from '../remote-management/isd-p-personalisation.ts';
import { RemoteFileManagement } from '../remote-management/remote-file-management.ts';
import { COMMANDS } from '../usim/commands.ts';
import { select } from '../usim/select.ts';
import { ANSWER_TO_RESET } from './answer-to-reset.ts';
import { type CommandApdu, encodeResponse, parseCommand, type ResponseApdu } from './command-apdu.ts';
import type { Es10Surroundings } from './es10-commands.ts';
import { fitted, getResponse } from './get-response.ts';
import { IsdRApplication } from './isd-r-application.ts';
import { enter, type LogicalChannel } from './logical-channel.ts';
import { LogicalChannels } from './manage-channel.ts';
import { withoutProfile } from './no-profile.ts';
import { ecasdData } from './security-domains.ts';
import { selectByName } from './select-by-name.ts';
import { SmsPpDownload } from './sms-pp-download.ts';
import { STATUS_WORD, StatusWordError, statusWordOf } from './status-word.ts';
import { terminalCapability } from './terminal-capability.ts';
import { Toolkit } from './toolkit.ts';

/** Classes and instructions of the commands that need neither profile nor application. */
const MANAGE_CHANNEL = 0x00_70;
const SELECT = 0x00_a4;
const GET_RESPONSE = 0x00_c0;
/** As some terminals have it: in the class of the command that is answered. */
const GET_RESPONSE_OF_ETSI = 0x80_c0;
const TERMINAL_PROFILE = 0x80_10;
const FETCH = 0x80_12;
const TERMINAL_RESPONSE = 0x80_14;
const TERMINAL_CAPABILITY = 0x80_aa;
const ENVELOPE = 0x80_c2;
/** Of the security domains. */
const STORE_DATA = 0x80_e2;
const GET_DATA = 0x80_ca;
/** GlobalPlatform Card Specification section 11.3 has it in both classes. */
const GET_DATA_OF_ISO = 0x00_ca;

const BY_NAME = 0x04;

/** What the card is the front of. */
export interface CardParts {
  readonly isdR: Es10Surroundings['isdR'];
  /** 32 digits */
  readonly eid: string;
  /** called when another profile, or none, may have become the enabled one; answers whether it has */
  readonly switched: () => boolean;
  /** octets of a cryptographic source, for ephemeral keys */
  readonly random: (octets: number) => Uint8Array;
}

/**
 * The card as a terminal sees it (ISO/IEC 7816-4, ETSI TS 102 221): logical channels, the ISD-R and the ECASD, and the file
 * system and applications of the enabled profile.
 *
 * What has happened since the reset (selected files, open channels, verified PINs) is volatile; everything else is in the
 * memory before a command is answered.
 */
export class Card {
  private profile: StoredProfile | undefined;
  private readonly channels = new LogicalChannels();
  private readonly verified = new Set<string>();
  private readonly toolkit = new Toolkit();
  private readonly isdRApplication: IsdRApplication;
  private readonly smsPpDownload = new SmsPpDownload(this.toolkit, (profile, { rfm }) =>
    rfm === undefined
      ? new IsdPPersonalisation((request) => this.parts.isdR.updateMetadata(profile.isdpAid, request))
      : new RemoteFileManagement(profile, rfm, this.parts.random),
  );

  constructor(private readonly parts: CardParts) {
    this.isdRApplication = new IsdRApplication({
      isdR: parts.isdR,
      toolkitBusy: () => this.toolkit.busy,
      switched: (refresh) => {
        if (parts.switched() && refresh) this.toolkit.requestRefresh();
      },
    });
  }

  /**
   * Puts a profile (or none) in the place of the one before: nothing of that one stays selected, verified or to be sent, and only
   * channels with a security domain stay open besides the basic one (SGP.22 section 3.2.1).
   */
  insert(profile: StoredProfile | undefined): void {
    this.profile = profile;
    this.verified.clear();
    this.channels.leaveFileSystem();
    this.toolkit.leaveProfile();
    this.smsPpDownload.reset();
  }

  /** Resets the card and returns the answer to reset. */
  reset(): Uint8Array {
    this.channels.reset();
    this.verified.clear();
    this.toolkit.reset();
    this.smsPpDownload.reset();
    return Uint8Array.from(ANSWER_TO_RESET);
  }

  /**
   * Answers a command APDU of 4 to 261 octets: data, then status word. Never throws for what the terminal sent.
   *
   * @throws MemoryError when the memory fails; the outcome of the command is then unknown
   */
  async transmit(octets: Uint8Array): Promise<Uint8Array> {
    try {
      const command = parseCommand(octets);
      const channel = this.channels.get(command.channel);
      if (channel === undefined) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_OPEN);
      const code = command.class * 0x100 + command.instruction;
      const { data, statusWord } =
        code === GET_RESPONSE || code === GET_RESPONSE_OF_ETSI
          ? fitted(channel, command, getResponse(channel, command))
          : await this.execute(channel, command, code);
      return encodeResponse(data, this.withProactive(statusWord));
    } catch (error) {
      return encodeResponse(new Uint8Array(0), statusWordOf(error));
    }
  }

  /** A command but GET RESPONSE. One that is told the right Le comes again, and has to find the channel as it was. */
  private async execute(channel: LogicalChannel, command: CommandApdu, code: number): Promise<ResponseApdu> {
    channel.waiting = undefined;
    const before = { ...channel };
    let response: ResponseApdu;
    try {
      response = fitted(channel, command, await this.process(channel, command, code));
    } catch (error) {
      response = { data: new Uint8Array(0), statusWord: statusWordOf(error) };
    }
    if ((response.statusWord & 0xff00) === STATUS_WORD.WRONG_LE) Object.assign(channel, before);
    return response;
  }

  private process(channel: LogicalChannel, command: CommandApdu, code: number): Promise<ResponseApdu> | ResponseApdu {
    switch (code) {
      case MANAGE_CHANNEL:
        return this.channels.manage(channel, command);
      case SELECT:
        return this.select(channel, command);
      case TERMINAL_CAPABILITY:
        if (terminalCapability(command).extendedLogicalChannels) this.channels.extend();
        return { data: new Uint8Array(0), statusWord: STATUS_WORD.NORMAL };
      case TERMINAL_PROFILE:
        return this.onBasicChannel(command).terminalProfile(command);
      case FETCH:
        return this.onBasicChannel(command).fetch(command);
      case TERMINAL_RESPONSE:
        return this.onBasicChannel(command).terminalResponse(command);
      case ENVELOPE:
        this.onBasicChannel(command);
        return this.smsPpDownload.envelope(this.profile, command);
      default:
        return this.toSelected(channel, command, code);
    }
  }

  private select(channel: LogicalChannel, command: CommandApdu): ResponseApdu {
    const { profile } = this;
    if (command.p1 === BY_NAME) return selectByName(channel, profile, command);
    const answer = profile === undefined ? withoutProfile(command) : select({ profile, channel }, command);
    // Only a selection that succeeded ends the application before.
    enter(channel, undefined);
    return answer;
  }

  private toSelected(
    channel: LogicalChannel,
    command: CommandApdu,
    code: number,
  ): Promise<ResponseApdu> | ResponseApdu {
    if (channel.securityDomain === 'ISD-R' && code === STORE_DATA) {
      return this.isdRApplication.storeData(channel, command);
    }
    if (channel.securityDomain === 'ECASD' && (code === GET_DATA || code === GET_DATA_OF_ISO)) {
      return ecasdData(this.parts.eid, command);
    }
    const handler = channel.securityDomain === undefined ? COMMANDS.get(code) : undefined;
    if (handler === undefined) throw new StatusWordError(STATUS_WORD.INSTRUCTION_NOT_SUPPORTED);
    if (this.profile === undefined) return withoutProfile(command);
    const { profile, verified } = this;
    return handler({ profile, channel, verified, random: this.parts.random }, command);
  }

  private onBasicChannel({ channel }: CommandApdu): Toolkit {
    if (channel !== 0) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_SUPPORTED);
    return this.toolkit;
  }

  /** When all is well and a proactive command waits, the status word says so. */
  private withProactive(statusWord: number): number {
    const { pendingOctets } = this.toolkit;
    return statusWord === STATUS_WORD.NORMAL && pendingOctets > 0
      ? STATUS_WORD.PROACTIVE_COMMAND | pendingOctets
      : statusWord;
  }
}
