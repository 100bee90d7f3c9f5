import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerAccess } from '@tegata/contracts/terminal-v1';
import { fileError } from '../evidence/picture-file.ts';
import { TerminalError } from '../terminal-error.ts';

/** How a server is reached, by options. */
export interface AccessOptions {
  /** `FQDN=host:port`, any number. */
  readonly connect?: readonly string[];
  readonly ca?: string;
}

/** Where connections to an address go, and whose certificates are believed there. USAGE, FILE_NOT_A_CERTIFICATE, FILE_NOT_FOUND. */
export function accessFrom(options: AccessOptions): (address: string) => ServerAccess {
  const { connect = [] } = options;
  const roots = rootsFrom(options);
  const places = new Map(
    connect.map((entry) => {
      const [, name, place] = /^([^=\s]+)=([^=\s]+:[0-9]{1,5})$/.exec(entry) ?? [];
      if (name === undefined || place === undefined)
        throw new TerminalError('invalid', 'USAGE', `--connect ${entry} is not FQDN=host:port.`);
      return [name.toLowerCase(), place] as const;
    }),
  );
  return (address) => ({ connectTo: places.get(address.toLowerCase()) ?? '', roots });
}

/** The notifications of this terminal's own eUICC go where its network file says, or where a download went. USAGE. */
export function requireReaderForAccess({ reader, ca, connect }: AccessOptions & { readonly reader?: unknown }): void {
  if (reader !== undefined || (ca === undefined && connect === undefined)) return;
  throw new TerminalError('invalid', 'USAGE', '--ca and --connect go with --reader here.');
}

/** PEM of the issuers in `--ca`, which may be PEM or DER. */
function rootsFrom({ ca }: AccessOptions): Buffer {
  if (ca === undefined) return Buffer.alloc(0);
  let content: Buffer;
  try {
    content = readFileSync(ca);
  } catch (error) {
    throw fileError(ca, error);
  }
  try {
    // The first is looked at; TLS refuses the file if another one is none.
    const first = new X509Certificate(content);
    return content.includes('-----BEGIN') ? content : Buffer.from(first.toString());
  } catch (cause) {
    throw new TerminalError('invalid', 'FILE_NOT_A_CERTIFICATE', `${ca} is not a certificate.`, { cause });
  }
}
