import { CscaTrust } from '@tegata/emrtd';
import type { Logger } from '@tegata/service-kit';
import type { AuthenticationConfig } from '../config.ts';
import { TrustFolder } from './trust-folder.ts';

export type CscaConfig = Pick<AuthenticationConfig, 'cscaFolder' | 'cscaRevocation'>;

/**
 * The country signing CAs that chips of documents are believed by. Their folder is looked at each time, so that a revocation list that was put
 * there counts at once.
 * @returns undefined where none are configured
 * @throws TrustFolderError at the start, for a folder without certificates or a file that is not what its ending says
 */
export function openCscas(
  { cscaFolder: folder, cscaRevocation }: CscaConfig,
  logger: Pick<Logger, 'error' | 'info'>,
): (() => CscaTrust) | undefined {
  if (folder === '') return undefined;
  const revocationRequired = cscaRevocation === 'required';
  const inUse = new TrustFolder(folder, (read) => new CscaTrust({ ...read, revocationRequired }), logger);
  return () => inUse.current();
}
