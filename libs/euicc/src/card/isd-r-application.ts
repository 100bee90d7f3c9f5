import { DerError, readHeader } from '@tegata/der';
import { EuiccError } from '../euicc-error.ts';
import type { ProfileInstallation } from '../isd-r/load-bound-profile-package.ts';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { ES10_COMMANDS, type Es10Surroundings } from './es10-commands.ts';
import type { LogicalChannel } from './logical-channel.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

const BOUND_PROFILE_PACKAGE = 0xbf36;
/** What scripts after the first one of a bound profile package begin with (SGP.22 section 2.5.5). */
const PACKAGE_PARTS: ReadonlySet<number> = new Set([0x86, 0x87, 0x88, 0xa0, 0xa1, 0xa2, 0xa3]);

/** The ISD-R as a terminal talks to it: one ES10 function in each series of STORE DATA (SGP.22 section 5.7.2). */
export class IsdRApplication {
  private installation: ProfileInstallation | undefined;

  constructor(private readonly surroundings: Es10Surroundings) {}

  /**
   * STORE DATA: keeps the block, and answers the function when it was the last one.
   *
   * @throws StatusWordError 6A86 for a block out of order, 6A80 for a request that is not well-formed, 6A88 for a function
   *   that there is not, 6985 for a package that nothing was prepared for
   */
  async storeData({ storeData }: LogicalChannel, { p1, p2, data }: CommandApdu): Promise<ResponseApdu> {
    let script: Uint8Array | undefined;
    try {
      script = storeData.add(p1, p2, data);
    } catch (error) {
      if (error instanceof RangeError) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
      throw error;
    }
    return { data: script === undefined ? new Uint8Array(0) : await this.run(script), statusWord: STATUS_WORD.NORMAL };
  }

  private async run(script: Uint8Array): Promise<Uint8Array> {
    try {
      const { tag } = readHeader(script);
      if (tag === BOUND_PROFILE_PACKAGE || PACKAGE_PARTS.has(tag)) return await this.load(tag, script);
      const command = ES10_COMMANDS.get(tag);
      if (command === undefined) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
      return await command(this.surroundings, script);
    } catch (error) {
      if (error instanceof DerError) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
      if (error instanceof EuiccError) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
      throw error;
    }
  }

  /** A piece of the package: no answer before the ProfileInstallationResult, and no piece taken after it. */
  private async load(tag: number, piece: Uint8Array): Promise<Uint8Array> {
    const { isdR } = this.surroundings;
    if (tag === BOUND_PROFILE_PACKAGE) this.installation = isdR.beginInstallation();
    const { installation } = this;
    if (installation === undefined) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    const result = await isdR.loadBoundProfilePackage(installation, piece);
    if (result !== undefined) this.installation = undefined;
    return result ?? new Uint8Array(0);
  }
}
