import type { Rfm } from '@tegata/profile-package';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { type LogicalChannel, newChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { FilePath } from '../profile/card-file.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import type { CommandContext } from '../usim/card-session.ts';
import { COMMANDS } from '../usim/commands.ts';
import { select } from '../usim/select.ts';
import { type AccessDomain, NO_ACCESS, parseAccessDomain } from './access-domain.ts';
import type { RemoteApplication } from './remote-script.ts';

const SELECT = 0x00_a4;
const BY_NAME = 0x04;
/** What else the card has of the commands of ETSI TS 102 226 section 6: PINs, files, records, objects, STATUS. */
const REMOTE_COMMANDS: ReadonlySet<number> = new Set([
  0x00_04, 0x00_20, 0x00_24, 0x00_26, 0x00_28, 0x00_2c, 0x00_44, 0x00_a2, 0x00_b0, 0x00_b2, 0x00_d6, 0x00_dc, 0x80_32,
  0x80_cb, 0x80_db, 0x80_f2,
]);

/**
 * Remote file management (ETSI TS 102 226 section 6): commands on the files that the operator has shared with this instance. What is allowed is said by its
 * access domains, that of the UICC and that of its ADF; files of other ADFs are out of its reach. A PIN that a script verifies counts for that script.
 */
export class RemoteFileManagement implements RemoteApplication {
  /** Each script begins in the ADF of the instance, or in the MF. */
  readonly channel: LogicalChannel;
  private readonly context: CommandContext;

  constructor(profile: StoredProfile, { uiccAccessDomain, adfRFMAccess }: Rfm, random: CommandContext['random']) {
    const adf = adfRFMAccess === undefined ? undefined : profile.tree.applications(adfRFMAccess.adfAID)[0]?.path;
    this.channel = { ...newChannel(), ...(adf !== undefined && { directory: adf, application: adf }) };
    const uiccDomain = parseAccessDomain(uiccAccessDomain);
    const adfDomain = adfRFMAccess === undefined ? NO_ACCESS : parseAccessDomain(adfRFMAccess.adfAccessDomain);
    // SELECT reaches files of another ADF by a linked directory only.
    const accessDomain = (path: FilePath): AccessDomain => {
      const application = profile.tree.applicationOf(path)?.path;
      if (application === undefined) return uiccDomain;
      return application === adf ? adfDomain : NO_ACCESS;
    };
    this.context = { profile, channel: this.channel, verified: new Set(), random, accessDomain };
  }

  /** @throws StatusWordError 6D00 for what is no command of remote file management, 6A86 for SELECT by name */
  execute(command: CommandApdu): Promise<ResponseApdu> | ResponseApdu {
    const code = command.class * 0x100 + command.instruction;
    if (code === SELECT) {
      if (command.p1 === BY_NAME) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
      return select(this.context, command);
    }
    const handler = REMOTE_COMMANDS.has(code) ? COMMANDS.get(code) : undefined;
    if (handler === undefined) throw new StatusWordError(STATUS_WORD.INSTRUCTION_NOT_SUPPORTED);
    return handler(this.context, command);
  }
}
