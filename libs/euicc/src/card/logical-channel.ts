import { StoreDataAssembly } from '@tegata/rsp';
import { type FilePath, MF_PATH } from '../profile/card-file.ts';
import type { ResponseApdu } from './command-apdu.ts';

/** Applications that are there whatever profile is enabled. */
export type SecurityDomain = 'ISD-R' | 'ECASD';

/** An object of a BER-TLV file that is being read or written in blocks. */
export interface ObjectTransfer {
  readonly direction: 'retrieve' | 'set';
  readonly file: FilePath;
  /** all of the object's octets; when set, what has come of them */
  readonly octets: Uint8Array;
  /** octets that were handed out, or came, up to the block before the last and up to the last one */
  readonly before: number;
  readonly done: number;
}

/** What a logical channel remembers between commands. */
export interface LogicalChannel {
  /** the security domain that was selected; undefined: the file system or an application of the profile */
  securityDomain: SecurityDomain | undefined;
  /** current directory */
  directory: FilePath;
  /** current EF */
  file: FilePath | undefined;
  /** ADF of the application that is active on the channel */
  application: FilePath | undefined;
  /** current record of the current EF, counted from 1 */
  record: number | undefined;
  /** what GET RESPONSE will fetch */
  waiting: ResponseApdu | undefined;
  /** blocks of a STORE DATA command that is not complete yet */
  storeData: StoreDataAssembly;
  /** object of a BER-TLV file that is under way */
  transfer: ObjectTransfer | undefined;
}

/** A channel as it is when opened: in the MF, with no application. */
export function newChannel(): LogicalChannel {
  return {
    securityDomain: undefined,
    directory: MF_PATH,
    file: undefined,
    application: undefined,
    record: undefined,
    waiting: undefined,
    storeData: new StoreDataAssembly(),
    transfer: undefined,
  };
}

/** A channel opened from another one than the basic one: in the same place, and with nothing else of it. */
export function channelAt({ directory, file, application }: LogicalChannel): LogicalChannel {
  return { ...newChannel(), directory, file, application };
}

/** Selects a security domain, or with undefined the file system; what was under way on the channel ends. */
export function enter(channel: LogicalChannel, securityDomain: SecurityDomain | undefined): void {
  if (channel.securityDomain !== securityDomain || securityDomain !== undefined) {
    channel.storeData = new StoreDataAssembly();
    channel.transfer = undefined;
  }
  // A security domain takes the place of the application that was active.
  if (securityDomain !== undefined) Object.assign(channel, atMf());
  channel.securityDomain = securityDomain;
}

function atMf(): Pick<LogicalChannel, 'directory' | 'file' | 'application' | 'record'> {
  const { directory, file, application, record } = newChannel();
  return { directory, file, application, record };
}
