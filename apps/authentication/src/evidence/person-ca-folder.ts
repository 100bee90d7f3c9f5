import { randomBytes } from 'node:crypto';
import { EmrtdRefusal } from '@tegata/emrtd';
import { ocspResponder, PersonCaTrust } from '@tegata/public-key-identity';
import type { Logger } from '@tegata/service-kit';
import type { AuthenticationConfig } from '../config.ts';
import { readTrustFolder, TrustFolderInUse } from './trust-folder.ts';

/** A folder of CAs of persons that can't be used. The message names the folder and what is wrong. */
export class PersonCaFolderError extends Error {
  override readonly name = 'PersonCaFolderError';
}

export type PersonCaConfig = Pick<
  AuthenticationConfig,
  'personCaFolder' | 'personPolicies' | 'personOcspUrl' | 'personOcspTimeoutMs'
>;

/**
 * The CAs of persons that are believed. Their folder is looked at each time, so that a revocation list that was put there counts at once.
 * @returns undefined where none are configured
 * @throws PersonCaFolderError at the start, for a folder without certificates or a file that is not what its ending says
 */
export function openPersonCas(
  { personCaFolder: folder, personPolicies, personOcspUrl, personOcspTimeoutMs }: PersonCaConfig,
  logger: Pick<Logger, 'error'>,
): (() => PersonCaTrust) | undefined {
  if (folder === '') return undefined;
  const settings = {
    policies: personPolicies.split(',').flatMap((policy) => policy.trim() || []),
    responder: personOcspUrl === '' ? undefined : ocspResponder(personOcspUrl, personOcspTimeoutMs),
    random: randomBytes,
  };
  try {
    if (readTrustFolder(folder).certificates.length === 0) {
      throw new PersonCaFolderError(`${folder} holds no certificate of a CA`);
    }
    const inUse = new TrustFolderInUse(folder, (files) => new PersonCaTrust({ ...settings, ...files }), logger);
    return () => inUse.current();
  } catch (cause) {
    if (cause instanceof PersonCaFolderError) throw cause;
    const why = cause instanceof EmrtdRefusal ? cause.message : 'a file in it can not be read';
    throw new PersonCaFolderError(`${folder} can not be used: ${why}`, { cause });
  }
}
