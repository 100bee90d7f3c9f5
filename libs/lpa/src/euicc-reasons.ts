import { AuthenticateErrorCode, BppCommandId, DownloadErrorCode, ErrorReason } from '@tegata/rsp';
import { LpaError, type LpaErrorCode } from './lpa-error.ts';
import { nameOf } from './reading.ts';

/** A sentence for each value of an enumeration of the eUICC. */
type Sentences<T> = Readonly<Record<keyof T, string>>;

/** Why an eUICC does not go on with a server (authenticateErrorCode, SGP.22 section 5.7.13). */
export const authenticationReasons: Sentences<typeof AuthenticateErrorCode> = {
  invalidCertificate: 'its certificate is not valid for a server of this kind',
  invalidSignature: 'its signature is wrong',
  unsupportedCurve: 'it uses an elliptic curve that the eUICC does not know',
  noSessionContext: 'the eUICC has no session open',
  invalidOid: 'its certificates are of different servers',
  euiccChallengeMismatch: 'it answered another challenge than that of the eUICC, as a replayed answer does',
  ciPKUnknown: 'its certificate is of an issuer that the eUICC does not trust',
  undefinedError: 'the eUICC gives no reason',
};

/** Why an eUICC does not prepare a download (downloadErrorCode, SGP.22 section 5.7.5). */
export const downloadReasons: Sentences<typeof DownloadErrorCode> = {
  invalidCertificate: 'the certificate for binding profiles is not valid, or is of another SM-DP+',
  invalidSignature: 'the signature of the offer is wrong',
  unsupportedCurve: 'the certificate for binding profiles uses an elliptic curve that the eUICC does not know',
  noSessionContext: 'the eUICC has no session open',
  invalidTransactionId: 'the offer is of another session',
  undefinedError: 'the eUICC gives no reason',
};

/** Why an eUICC did not install a profile (errorReason, SGP.22 section 2.5.6). */
export const installationReasons: Sentences<typeof ErrorReason> = {
  incorrectInputValues: 'a value of the package is not allowed',
  invalidSignature: 'the signature of the package is wrong',
  invalidTransactionId: 'the package is of another session',
  unsupportedCrtValues: 'the package asks for keys of an unknown kind',
  unsupportedRemoteOperationType: 'the package is for another operation than an installation',
  unsupportedProfileClass: 'the eUICC takes no profiles of this class',
  scp03tStructureError: 'the package is not built as it has to be',
  scp03tSecurityError: 'the package was changed on its way, or is for another eUICC',
  installFailedDueToIccidAlreadyExistsOnEuicc: 'a profile of this ICCID is installed already',
  installFailedDueToInsufficientMemoryForProfile: 'the eUICC has not enough room for it',
  installFailedDueToInterruption: 'the installation was interrupted',
  installFailedDueToPEProcessingError: 'the profile has something in it that the eUICC can not make',
  installFailedDueToIccidMismatch: 'the profile has another ICCID inside than was announced',
  testProfileInstallFailedDueToInvalidNaaKey: 'a test profile must have the test keys',
  pprNotAllowed: 'the profile has policy rules that its carrier may not set on this eUICC',
  installFailedDueToUnknownError: 'the eUICC gives no reason',
};

/** The eUICC does not accept a server. */
export const serverRefusedByEuicc = (code: number): LpaError =>
  refused('EUICC_REFUSED_SERVER', 'The eUICC does not accept this server', 'authenticateErrorCode', code, {
    table: AuthenticateErrorCode,
    sentences: authenticationReasons,
  });

/** The eUICC does not accept the offer of an SM-DP+. */
export const offerRefusedByEuicc = (code: number): LpaError =>
  refused('EUICC_REFUSED_DOWNLOAD', 'The eUICC does not accept the offer', 'downloadErrorCode', code, {
    table: DownloadErrorCode,
    sentences: downloadReasons,
  });

/** The eUICC has signed that it did not install a profile. */
export const installationFailed = (bppCommandId: number, errorReason: number): LpaError =>
  refused(
    'INSTALLATION_FAILED',
    'The eUICC did not install the profile',
    'errorReason',
    errorReason,
    { table: ErrorReason, sentences: installationReasons },
    { bppCommandId: nameOf(BppCommandId, bppCommandId) },
  );

interface Explained<T> {
  readonly table: T;
  readonly sentences: Sentences<T>;
}

function refused<T extends Readonly<Record<string, number>>>(
  code: LpaErrorCode,
  what: string,
  member: string,
  value: number,
  { table, sentences }: Explained<T>,
  more: Readonly<Record<string, string>> = {},
): LpaError {
  const [name] = Object.entries(table).find(([, number]) => number === value) ?? [];
  const why = name === undefined ? `it gives the unknown code ${value}` : sentences[name as keyof T];
  return new LpaError(code, `${what}: ${why}.`, { details: { [member]: nameOf(table, value), ...more } });
}
