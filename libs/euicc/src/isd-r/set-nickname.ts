import { SetNicknameResult } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { findProfile } from './isd-p.ts';
import { isdpRecord } from './isd-r-records.ts';

const MAXIMUM_CHARACTERS = 64;

/**
 * ES10c.SetNickname (SGP.22 section 5.7.21): the user's own name for a profile.
 *
 * @param nickname at most 64 characters; empty removes it
 * @returns `SetNicknameResult`
 */
export async function setNickname(context: IsdRContext, iccid: string, nickname: string): Promise<number> {
  if ([...nickname].length > MAXIMUM_CHARACTERS) return SetNicknameResult.undefinedError;
  const target = findProfile(context, { kind: 'iccid', value: iccid });
  if (target === undefined) return SetNicknameResult.iccidNotFound;
  const { metadata, configuration } = target.isdp;
  await context.memory.commit((t) =>
    t.put(isdpRecord, target.aid, {
      ...target.isdp,
      metadata: metadata.raw,
      configuration: configuration.raw,
      nickname: nickname === '' ? undefined : nickname,
    }),
  );
  return SetNicknameResult.ok;
}
