import { downloadError, OneTimeKeyPair, prepareDownload as prepare, wipe } from '@tegata/rsp';
import type { Curve } from '@tegata/x509';
import type { SessionOutcome } from './authenticate-server.ts';
import type { IsdRContext } from './context.ts';
import { oneTimeKeyRecord } from './isd-r-records.ts';
import { isRevoked } from './revoked-certificates.ts';
import type { PreparedSession, Session } from './session.ts';

/** Room for a one-time key, as a record. */
const ONE_TIME_KEY_OCTETS = 256;
/** Room for a ProfileInstallationResult, as a record. It is held for a download from when it is prepared until its result. */
export const INSTALLATION_RESULT_OCTETS = 1024;

/**
 * ES10b.PrepareDownload (SGP.22 section 5.7.5). The one-time key is in the memory before the answer leaves: when the power is lost
 * before the package is installed, the SM-DP+ need not bind it anew. Where there is no room for the key and the result of the installation, the
 * answer is `undefinedError`: a result that can't be kept until it is delivered would be lost.
 *
 * @param request DER, tag BF21
 * @throws DerError when it is no PrepareDownloadRequest
 */
export async function prepareDownload(
  { memory, clock, random }: IsdRContext,
  session: Session | undefined,
  request: Uint8Array,
): Promise<SessionOutcome<PreparedSession>> {
  const server = session === undefined || session.state === 'challenged' ? undefined : session.server;
  const stored = memory.get(oneTimeKeyRecord);
  let made: OneTimeKeyPair | undefined;
  const oneTimeKey = (curve: Curve, reuse: Uint8Array | undefined): OneTimeKeyPair => {
    const isStored =
      stored !== undefined &&
      reuse !== undefined &&
      stored.curve === curve &&
      stored.smdpOid === server?.server.oid &&
      Buffer.compare(stored.publicKey, reuse) === 0;
    if (isStored) return OneTimeKeyPair.of(curve, stored.privateKey);
    made = OneTimeKeyPair.generate(curve, random);
    return made;
  };
  const { response, download } = prepare(request, server, oneTimeKey, clock(), { isRevoked: isRevoked(memory) });
  if (server === undefined || download === undefined) return { response, session: undefined };
  if (memory.free < ONE_TIME_KEY_OCTETS + INSTALLATION_RESULT_OCTETS) {
    return { response: downloadError(download.transactionId, 'undefinedError'), session: undefined };
  }
  if (made !== undefined) {
    const { curve, publicKey } = made;
    const privateKey = made.privateKey();
    const { smdpOid } = download;
    await memory.commit((t) => t.put(oneTimeKeyRecord, '', { curve, privateKey, publicKey, smdpOid }));
    wipe(privateKey);
  }
  return { response, session: { state: 'prepared', server, download } };
}
