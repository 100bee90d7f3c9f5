import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls';
import { type RawProtocol, rawClient } from '@tegata/rsp-http/testing';
import { type Certificate, certificatePem, parseCertificate } from '@tegata/x509';
import type { TestKey } from '@tegata/x509/testing';

/** A certificate and its key, as a TLS client shows them. */
export const shownBy = ({ certificate, key }: { readonly certificate: Certificate; readonly key: TestKey }) => ({
  cert: certificatePem(certificate),
  key: String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
});

/** How a handshake ended. */
export interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
  readonly certificate: Certificate;
}

/** A handshake alone. Rejects with the error of the one side or the other. */
export function handshake(address: string, tls: ConnectionOptions): Promise<Handshake> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ ...tls, host, port: Number(port) });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate() as PeerCertificate;
      resolve({
        protocol: socket.getProtocol(),
        cipher: socket.getCipher().standardName,
        certificate: parseCertificate(raw),
      });
      socket.destroy();
    });
  });
}

/**
 * Whether a server lets a client speak, in either version of TLS: the HTTP status, or `refused` by the end of the connection. Both versions of
 * HTTP are tried; where they don't agree, both outcomes are there.
 */
export async function admission(
  address: string,
  path: string,
  tls: ConnectionOptions,
): Promise<readonly [string, string]> {
  const over = async (protocol: RawProtocol, maxVersion: 'TLSv1.2' | 'TLSv1.3') => {
    const client = rawClient(address, protocol, { ...tls, maxVersion });
    try {
      const { status } = await client.send({ path, body: '{}' });
      return `${status}`;
    } catch (error) {
      // Whatever TLS or the connection says; nothing else comes out of the client.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return 'refused';
    } finally {
      client.close();
    }
  };
  const under = async (maxVersion: 'TLSv1.2' | 'TLSv1.3') => {
    const [http1, http2] = [await over('http/1.1', maxVersion), await over('h2', maxVersion)];
    return http1 === http2 ? http1 : `${http1} over HTTP/1.1 and ${http2} over HTTP/2`;
  };
  return [await under('TLSv1.2'), await under('TLSv1.3')];
}
