import {
  AuthenticateErrorCode,
  AuthenticateServerResponse,
  DownloadErrorCode,
  nameOf,
  PrepareDownloadResponse,
  ProfileInstallationResult,
  printErrorResult,
} from '@tegata/rsp';
import { decodeLog } from '../memory/transaction-log.ts';
import type { CrashingFolder } from './crashing-folder.ts';

/** What came of an installation: `installed`, or command and reason by name. */
export function installationOutcome(result: Uint8Array): string {
  const { finalResult } = ProfileInstallationResult.decode(result).profileInstallationResultData;
  return finalResult.kind === 'successResult' ? 'installed' : printErrorResult(finalResult.value);
}

/** What an eUICC answered to AuthenticateServer: `ok`, or the name of the error. */
export function authenticateOutcome(response: Uint8Array): string {
  const { kind, value } = AuthenticateServerResponse.decode(response);
  return kind === 'authenticateResponseOk' ? 'ok' : nameOf(AuthenticateErrorCode, value.authenticateErrorCode);
}

/** What an eUICC answered to PrepareDownload: `ok`, or the name of the error. */
export function prepareOutcome(response: Uint8Array): string {
  const { kind, value } = PrepareDownloadResponse.decode(response);
  return kind === 'downloadResponseOk' ? 'ok' : nameOf(DownloadErrorCode, value.downloadErrorCode);
}

/** Every record of an eUICC's memory as it is on the disk, by key. */
export async function memoryContent(folder: CrashingFolder): Promise<ReadonlyMap<string, string>> {
  const records = new Map<string, string>();
  for (const { key, value } of decodeLog((await folder.read('memory')) ?? new Uint8Array(0)).changes) {
    if (value === undefined) records.delete(key);
    else records.set(key, Buffer.from(value).toString('base64'));
  }
  return records;
}

/** The records that a failed installation may touch: its notification, the next number, the used key. */
const OF_RESULTS = /^(notification|isd-r-sequence|isd-r-one-time-key)\//;

/** The memory without what tells of installations. */
export function withoutResults(records: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...records].filter(([key]) => !OF_RESULTS.test(key)));
}
