import { randomBytes } from 'node:crypto';
import { ocspResponder, PersonCaTrust } from '@tegata/public-key-identity';
import type { Logger } from '@tegata/service-kit';
import type { AuthenticationConfig } from '../config.ts';
import { TrustFolder } from './trust-folder.ts';

export type PersonCaConfig = Pick<
  AuthenticationConfig,
  'personCaFolder' | 'personPolicies' | 'personOcspUrl' | 'personOcspTimeoutMs'
>;

/**
 * The CAs of persons that are believed. Their folder is looked at each time, so that a revocation list that was put there counts at once.
 * @returns undefined where none are configured
 * @throws TrustFolderError at the start, for a folder without certificates or a file that is not what its ending says
 */
export function openPersonCas(
  { personCaFolder: folder, personPolicies, personOcspUrl, personOcspTimeoutMs }: PersonCaConfig,
  logger: Pick<Logger, 'error' | 'info'>,
): (() => PersonCaTrust) | undefined {
  if (folder === '') return undefined;
  const settings = {
    policies: personPolicies.split(',').flatMap((policy) => policy.trim() || []),
    responder: personOcspUrl === '' ? undefined : ocspResponder(personOcspUrl, personOcspTimeoutMs),
    random: randomBytes,
  };
  const inUse = new TrustFolder(folder, (read) => new PersonCaTrust({ ...settings, ...read }), logger);
  return () => inUse.current();
}
