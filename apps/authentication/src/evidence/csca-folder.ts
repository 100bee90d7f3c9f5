import { CscaTrust, EmrtdRefusal } from '@tegata/emrtd';
import { readTrustFolder } from './trust-folder.ts';

/** A folder of CSCA certificates that can't be used. The message names the folder and what is wrong. */
export class CscaFolderError extends Error {
  override readonly name = 'CscaFolderError';
}

/**
 * Reads the country signing CAs that chips are believed by, and their revocation lists, from a folder.
 * @param revocationRequired whether a signer without a current list is refused
 * @throws CscaFolderError for a folder without certificates, or a file that is not what its ending says
 */
export function readCscaFolder(folder: string, revocationRequired: boolean): CscaTrust {
  try {
    const { certificates, revocationLists } = readTrustFolder(folder);
    if (certificates.length === 0) throw new CscaFolderError(`${folder} holds no certificate of a country signing CA`);
    return new CscaTrust({ certificates, revocationLists, revocationRequired });
  } catch (cause) {
    if (cause instanceof CscaFolderError) throw cause;
    const why = cause instanceof EmrtdRefusal ? cause.message : 'a file in it can not be read';
    throw new CscaFolderError(`${folder} can not be used: ${why}`, { cause });
  }
}
