import { encodeTlv } from '@tegata/der';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type CommandContext, done } from './card-session.ts';
import { fileControlParameters } from './file-control-parameters.ts';

const DF_NAME = 0x84;

/** STATUS (ETSI TS 102 221 section 11.1.2): about the current directory, or the application that is active. */
export function status({ profile, channel }: CommandContext, { p1, p2 }: CommandApdu): ResponseApdu {
  if (p1 > 0x02) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  switch (p2) {
    case 0x00: {
      const directory = profile.tree.get(channel.directory);
      if (directory === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
      return done(fileControlParameters(profile, directory));
    }
    case 0x01: {
      const application = channel.application === undefined ? undefined : profile.tree.get(channel.application);
      const name = application?.file.applicationId;
      if (name === undefined) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
      return done(encodeTlv(DF_NAME, name));
    }
    case 0x0c:
      return done();
    default:
      throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
}
