import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../shared/vectors/sgp22/', import.meta.url));

/**
 * `describe` for tests that need the conformance data. Where these do not lie beside the workspace the tests are skipped,
 * and their body is not run; in continuous integration that is a failure.
 */
export function describeWithVectors(name: string, body: () => void): void {
  if (existsSync(folder)) {
    describe(name, body);
    return;
  }
  const absent = process.env.CI === 'true' ? describe : describe.skip;
  absent(name, () => {
    it('needs the conformance data', () => {
      throw new Error(`no vectors at ${folder}`);
    });
  });
}

/** Octets of hexadecimal digits; spaces are for the reader. */
export function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

/** A file of the vectors. */
export function vectorFile(name: string): Uint8Array {
  return readFileSync(`${folder}${name}`);
}

/** A JSON file of the vectors, as what the caller knows it to be. */
export function vectorJson<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as T;
}

/** Private key of a PEM file. */
export function vectorPrivateKey(name: string): KeyObject {
  return createPrivateKey(readFileSync(`${folder}${name}`, 'utf8'));
}

/** Public key of a certificate. */
export function vectorPublicKey(name: string): KeyObject {
  return new X509Certificate(readFileSync(`${folder}${name}`)).publicKey;
}

/** What bsp.json holds. */
export interface BspVectors {
  readonly ecka: readonly Record<'otskDp' | 'otpkDp' | 'otpkEuicc' | 'sharedSecret', string>[];
  readonly kdf: readonly Record<'sharedSecret' | 'hostId' | 'eid' | 'initialMcv' | 'sEnc' | 'sMac', string>[];
  readonly secureMessaging: readonly (KeyVector & { readonly steps: readonly SecureMessagingStep[] })[];
  readonly cmac: readonly Record<'key' | 'message' | 'mac', string>[];
  readonly confirmationCode: readonly Record<'code' | 'transactionId' | 'hashCc', string>[];
}

type KeyVector = Readonly<Record<'sEnc' | 'sMac' | 'initialMcv', string>>;
type SecureMessagingStep =
  | ({ readonly op: 'rekey' } & KeyVector)
  | ({ readonly op: 'encryptAndMac' | 'macOnly' } & Readonly<Record<'tag' | 'plain' | 'segment', string>>);

/** What session-fixed.json holds, as far as it is used. */
export interface FixedSession {
  readonly certificates: Readonly<
    Record<'ci' | 'eum' | 'euicc' | 'euiccKey' | 'dpAuth' | 'dpAuthKey' | 'dpPb' | 'dpPbKey', string>
  >;
  readonly inputs: Readonly<
    Record<
      | 'euiccChallenge'
      | 'transactionId'
      | 'serverChallenge'
      | 'serverAddress'
      | 'otskDp'
      | 'hostId'
      | 'eid'
      | 'upp'
      | 'storeMetadataRequest'
      | 'euiccInfo1',
      string
    >
  >;
  readonly euicc: Readonly<
    Record<
      | 'authenticateServerResponse'
      | 'euiccSigned1'
      | 'euiccSignature1'
      | 'prepareDownloadResponse'
      | 'euiccSigned2'
      | 'euiccSignature2'
      | 'profileInstallationResult',
      string
    >
  >;
  readonly server: Readonly<
    Record<
      | 'serverSigned1'
      | 'serverSignature1'
      | 'euiccCiPKIdToBeUsed'
      | 'authenticateClientResponse'
      | 'boundProfilePackage'
      | 'initialiseSecureChannel'
      | 'initialiseSecureChannelSignedPart',
      string
    >
  >;
  readonly derived: Readonly<
    Record<'otpkDp' | 'otpkEuicc' | 'sharedSecret' | 'initialMcv' | 'sEnc' | 'sMac', string>
  > & {
    readonly segments: readonly {
      readonly sequence: string;
      readonly segments: readonly Readonly<Record<'tag' | 'segment' | 'plain', string>>[];
    }[];
  };
}

/** What session-recorded.json holds, as far as it is used. */
export interface RecordedSession {
  readonly certificates: Readonly<Record<'ci' | 'eum' | 'euicc', string>>;
  readonly matchingId: string;
  readonly keys: Readonly<
    Record<
      'eid' | 'otskEuicc' | 'otpkEuicc' | 'otpkDp' | 'sharedSecret' | 'hostId' | 'initialMcv' | 'sEnc' | 'sMac',
      string
    >
  > & { readonly ppk: Readonly<Record<'enc' | 'mac' | 'initialMcv', string>> };
  readonly uppSha256: string;
  readonly uppOctets: number;
  readonly segments: number;
  readonly exchange: {
    readonly initiateAuthentication: Exchange<
      'smdpAddress' | 'euiccChallenge' | 'euiccInfo1',
      'serverSigned1' | 'serverSignature1' | 'transactionId' | 'serverCertificate'
    >;
    readonly authenticateClient: Exchange<
      'transactionId' | 'authenticateServerResponse',
      'transactionId' | 'profileMetadata' | 'smdpSigned2' | 'smdpSignature2' | 'smdpCertificate'
    >;
    readonly getBoundProfilePackage: Exchange<'transactionId' | 'prepareDownloadResponse', 'boundProfilePackage'>;
    readonly handleNotification: Exchange<'pendingNotification', never>;
  };
}

interface Exchange<Request extends string, Response extends string> {
  readonly request: Readonly<Record<Request, string>>;
  readonly response: Readonly<Record<Response, string>>;
}
