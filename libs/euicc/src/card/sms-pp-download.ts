import type { StoredProfile } from '../profile/stored-profile.ts';
import type { ReceivingApplication } from '../remote-management/receiving-application.ts';
import { type ProofOfReceipt, receive } from '../remote-management/receiving-entity.ts';
import type { RemoteApplication } from '../remote-management/remote-script.ts';
import { SecuredPacketError } from '../secured-packet/secured-packet-error.ts';
import { Concatenation } from '../sms-pp/concatenation.ts';
import { parseSmsPpDownload, SMS_PP_DOWNLOAD } from '../sms-pp/envelope.ts';
import {
  DATA_DOWNLOAD,
  encodeSmsSubmit,
  parseSmsDeliver,
  ShortMessageError,
  USER_DATA_OCTETS,
} from '../sms-pp/short-message.ts';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';
import type { Toolkit } from './toolkit.ts';

/** Element of the user data header that announces a command packet (3GPP TS 31.115 section 4.2). */
const COMMAND_PACKET = 0x70;
/** User data of an SMS-DELIVER-REPORT that terminals pass on, in octets. */
const REPORT_OCTETS = 128;

/** ENVELOPE (SMS-PP DOWNLOAD), 3GPP TS 31.111 section 7.1: short messages for the card, of which it understands command packets. */
export class SmsPpDownload {
  private readonly concatenation = new Concatenation();

  /** @param application what takes the commands of a packet */
  constructor(
    private readonly toolkit: Toolkit,
    private readonly application: (profile: StoredProfile, receiving: ReceivingApplication) => RemoteApplication,
  ) {}

  /** Forgets messages of which parts are missing. */
  reset(): void {
    this.concatenation.reset();
  }

  /**
   * Answers the response packet for the report of the message's delivery; one for a short message of its own waits as a proactive command.
   *
   * @throws StatusWordError 6A81 for another envelope, without a profile, and for a message that is for nobody; 9300 while a
   *   proactive command waits; 6A80 for what is not well-formed
   */
  async envelope(profile: StoredProfile | undefined, { p1, p2, data }: CommandApdu): Promise<ResponseApdu> {
    if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
    if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
    if (data[0] !== SMS_PP_DOWNLOAD || profile === undefined) {
      throw new StatusWordError(STATUS_WORD.FUNCTION_NOT_SUPPORTED);
    }
    if (this.toolkit.busy) throw new StatusWordError(STATUS_WORD.TOOLKIT_BUSY);
    try {
      const proof = await this.receive(profile, parseSmsPpDownload(data));
      return { data: proof ?? new Uint8Array(0), statusWord: STATUS_WORD.NORMAL };
    } catch (error) {
      if (error instanceof ShortMessageError || error instanceof SecuredPacketError) {
        throw new StatusWordError(STATUS_WORD.WRONG_DATA);
      }
      throw error;
    }
  }

  private async receive(profile: StoredProfile, tpdu: Uint8Array): Promise<Uint8Array | undefined> {
    const message = this.concatenation.add(parseSmsDeliver(tpdu));
    if (message === undefined) return undefined;
    const { protocol, elements, originator, data } = message;
    if (protocol !== DATA_DOWNLOAD || !elements.some(({ identifier }) => identifier === COMMAND_PACKET)) {
      throw new StatusWordError(STATUS_WORD.FUNCTION_NOT_SUPPORTED);
    }
    const { sendsShortMessages } = this.toolkit;
    const byMessage = (by: ProofOfReceipt['by']) => by === 'submit' && sendsShortMessages;
    const proof = await receive(
      {
        profile,
        application: (receiving) => this.application(profile, receiving),
        userDataOctets: (by) => (byMessage(by) ? USER_DATA_OCTETS : REPORT_OCTETS),
      },
      data,
    );
    if (proof === undefined || !byMessage(proof.by)) return proof?.userData;
    this.toolkit.requestShortMessage(encodeSmsSubmit(originator, proof.userData));
    return undefined;
  }
}
