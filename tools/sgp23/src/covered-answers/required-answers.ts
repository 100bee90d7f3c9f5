/** Where the tests of a function are: under an id of SGP.23, or in a file beside the code, with this in their titles. */
export type Place = { readonly id: string } | { readonly file: string; readonly titled?: string };

/** What a function has to be able to answer. */
export interface RequiredAnswers {
  readonly function: string;
  readonly place: Place;
  /** answer, and when it is given; with a place of its own where the tests of the function do not show it */
  readonly answers: Readonly<Record<string, string | { readonly when: string; readonly place: Place }>>;
}

const es9plus = (name: string): Place => ({ id: `TC_SM-DP+_ES9+.${name}` });
const es2plus = (name: string): Place => ({ id: `TC_SM-DP+_ES2+.${name}` });
const es10b = (name: string): Place => ({ id: `TC_eUICC_ES10b.${name}` });
const es10c = (name: string): Place => ({ id: `TC_eUICC_ES10c.${name}` });
const jsonBinding: Place = { file: 'libs/rsp-http/src/server/functions.spec.ts' };
const badServer = (certificate: string): Place => ({
  file: 'libs/euicc/src/isd-r/server-certificate-refusals.spec.ts',
  titled: certificate,
});
const cardInterface: Place = { file: 'libs/euicc/src/card/isd-r.spec.ts' };
const revocation: Place = { file: 'libs/euicc/src/isd-r/load-crl.spec.ts' };
const memoryFull = { when: 'no room for what has to be kept', place: cardInterface };

/** Answers of servers: subject and reason code (SGP.22 sections 5.2.6, 5.3, 5.6, 5.8, 5.9). */
export const serverAnswers: readonly RequiredAnswers[] = [
  {
    function: 'any, over HTTPS',
    place: jsonBinding,
    answers: {
      '1.6/2.1': 'a parameter is malformed',
      '1.6/2.2': 'a parameter is missing',
      '1.1/1.2': 'the caller may not call it',
      '8.8/4.2': 'a fault of the SM-DP+',
      '8.9/4.2': 'a fault of the SM-DS',
    },
  },
  {
    function: 'ES9+.InitiateAuthentication',
    place: es9plus('InitiateAuthentication'),
    answers: {
      '8.8.1/3.8': 'the address is not that of this SM-DP+',
      '8.8.2/3.1': 'no CI key in common for signing',
      '8.8.3/3.1': 'the SVN is not supported',
      '8.8.4/3.7': 'no CERT.DPauth under a CI that the eUICC verifies',
    },
  },
  {
    function: 'ES9+.AuthenticateClient',
    place: es9plus('AuthenticateClient'),
    answers: {
      '8.10.1/3.9': 'the transactionId is unknown, or another one is signed',
      '8.1.2/6.1': 'CERT.EUM is invalid',
      '8.1.2/6.3': 'CERT.EUM has expired',
      '8.1.3/6.1': 'CERT.EUICC is invalid',
      '8.1.3/6.3': 'CERT.EUICC has expired',
      '8.11.1/3.9': 'the CI of CERT.EUM is unknown',
      '8.1/6.1': 'euiccSignature1 or serverChallenge is wrong, or the eUICC has refused the server',
      '8.2.6/3.8': 'the matching id is refused',
      '8.1.1/3.8': 'the EID is not that of the order',
      '8.2/1.2': 'the profile is not released',
      '8.2.5/4.3': 'no profile fits the eUICC or device',
      '8.1/4.8': 'no room on the eUICC',
      '8.8.5/4.10': 'the order has expired (status `Expired`)',
      '8.8.5/6.4': 'too many tries',
    },
  },
  {
    function: 'ES9+.GetBoundProfilePackage',
    place: es9plus('GetBoundProfilePackage'),
    answers: {
      '8.10.1/3.9': 'the transactionId is unknown or over, or another one is signed',
      '8.1/6.1': 'euiccSignature2 or otPK.EUICC is wrong, or the eUICC has refused the offer',
      '8.2.7/2.2': 'the confirmation code is missing',
      '8.2.7/3.8': 'the confirmation code is wrong',
      '8.2.7/6.4': 'too many wrong confirmation codes',
      '8.2/3.7': 'the package can not be bound again',
    },
  },
  {
    function: 'ES9+.HandleNotification',
    place: { id: 'TC_SM-DP+_ES9+_HandleNotification' },
    answers: { '1.6/2.1': 'no notification; what is not believed is answered as taken, and not kept' },
  },
  {
    function: 'ES9+.CancelSession',
    place: es9plus('CancelSession'),
    answers: {
      '8.10.1/3.9': 'the transactionId is unknown or over, or another one is signed',
      '8.1/6.1': 'the signature is wrong',
      '8.8/3.10': 'the OID is not that of the SM-DP+',
    },
  },
  {
    function: 'ES2+.DownloadOrder',
    place: es2plus('DownloadOrder'),
    answers: {
      '8.2.1/3.9': 'the ICCID is unknown',
      '8.2.1/3.3': 'the profile is not available',
      '8.2.5/3.8': 'the profile is of another type',
      '8.2.5/3.7': 'no profile of the type is left',
      '8.2.5/3.9': 'the profile type is unknown',
    },
  },
  {
    function: 'ES2+.ConfirmOrder',
    place: es2plus('ConfirmOrder'),
    answers: {
      '8.2.1/3.9': 'the ICCID is unknown',
      '8.2.1/1.2': 'the profile was not ordered',
      '8.2.6/3.3': 'the matching id is in use',
      '8.1.1/2.2': 'the EID is missing',
      '8.1.1/3.10': 'another EID is associated',
      '8.9/5.1': 'the SM-DS is out of reach',
    },
  },
  {
    function: 'ES2+.CancelOrder',
    place: es2plus('CancelOrder'),
    answers: {
      '8.2.1/3.9': 'the ICCID is unknown',
      '8.2.1/1.2': 'nothing to cancel',
      '8.2.1/3.10': 'another EID is associated',
      '8.2.6/3.10': 'another matching id is associated',
    },
  },
  {
    function: 'ES2+.ReleaseProfile',
    place: es2plus('ReleaseProfile'),
    answers: { '8.2.1/3.9': 'the ICCID is unknown', '8.2.1/3.5': 'the profile is not Confirmed' },
  },
  {
    function: 'ES11.InitiateAuthentication',
    place: { id: 'TC_SM_DS_ES11.InitiateAuthentication' },
    answers: {
      '8.9.1/3.8': 'the address is not that of this SM-DS',
      '8.9.2/3.1': 'no CI key in common for signing',
      '8.9.3/3.1': 'the SVN is not supported',
      '8.9.4/3.7': 'no CERT.DSauth under a CI that the eUICC verifies',
    },
  },
  {
    function: 'ES11.AuthenticateClient',
    place: { id: 'TC_SM_DS_ES11.AuthenticateClient' },
    answers: {
      '8.10.1/3.9': 'the transactionId is unknown, or another one is signed',
      '8.1.2/6.1': 'CERT.EUM is invalid',
      '8.1.2/6.3': 'CERT.EUM has expired',
      '8.1.3/6.1': 'CERT.EUICC is invalid',
      '8.1.3/6.3': 'CERT.EUICC has expired',
      '8.11.1/3.9': 'the CI of CERT.EUM is unknown',
      '8.1/6.1': 'euiccSignature1 or serverChallenge is wrong',
      '8.9.5/3.9': 'the event is unknown, or of another EID',
    },
  },
  {
    function: 'ES12.RegisterEvent',
    place: { id: 'TC_SM_DS_ES12.RegisterEvent' },
    answers: {
      '8.9.5/3.3': 'the event is there already',
      '8.9/4.8': {
        when: 'too many events wait for the EID',
        place: { file: 'apps/relay/src/es12/events.spec.ts' },
      },
    },
  },
  {
    function: 'ES12.DeleteEvent',
    place: { id: 'TC_SM_DS_ES12.DeleteEvent' },
    answers: { '8.9.5/3.9': 'the event is unknown, or of another SM-DP+' },
  },
  {
    function: 'ES15',
    place: { id: 'TC_SM_DS_ES15' },
    answers: {
      '8.9.5/3.3': 'the event is there already',
      '8.9.5/3.9': 'the event is unknown',
      '1.1/1.2': 'the address is that of somebody else',
    },
  },
];

/** Answers of the eUICC: results and errors by name, and status words of ES6 (SGP.22 sections 2.5.6, 5.4, 5.5, 5.7). */
export const euiccAnswers: readonly RequiredAnswers[] = [
  {
    function: 'ES6.UpdateMetadata',
    place: { id: 'TC_eUICC_ES6.UpdateMetadata' },
    answers: {
      '6A80': 'an icon without its type, or what is not well-formed',
      '6985': 'the rules authorisation table does not allow it',
      '6A88': {
        when: 'the ISD-P was not named, or another one',
        place: { file: 'libs/euicc/src/isd-r/profile-management.spec.ts' },
      },
    },
  },
  {
    function: 'secured packets',
    place: { file: 'libs/euicc/src/card/sms-pp-download.spec.ts' },
    answers: {
      RC_CC_DS_FAILED: 'not the packet that was secured',
      CNTR_LOW: 'the counter is not higher',
      CNTR_HIGH: 'the counter is not exactly one higher, where it has to be',
      CNTR_BLOCKED: 'the counter is at its end',
      CIPHERING_ERROR: {
        when: 'no whole blocks',
        place: { file: 'libs/euicc/src/secured-packet/secured-packet.spec.ts' },
      },
      UNIDENTIFIED_SECURITY_ERROR: 'no such key, or for another algorithm',
      INSUFFICIENT_MEMORY: 'no room for the counter',
      TAR_UNKNOWN: 'nothing has the TAR',
      INSUFFICIENT_SECURITY_LEVEL: 'less than the minimum',
    },
  },
  {
    function: 'ES10b.AuthenticateServer',
    place: es10b('AuthenticateServer'),
    answers: {
      invalidCertificate: 'signature, dates, role or key usage of the certificate, or it is revoked',
      invalidSignature: 'serverSignature1',
      unsupportedCurve: { when: 'the certificate is on another curve than its CI', place: badServer('CERT.DPauth') },
      noSessionContext: 'no challenge, or it was used',
      invalidOid: { when: 'not exactly one registeredID in the certificate', place: badServer('CERT.DPauth') },
      euiccChallengeMismatch: 'another challenge',
      ciPKUnknown: 'the CI is unknown',
    },
  },
  {
    function: 'ES10b.PrepareDownload',
    place: es10b('PrepareDownload'),
    answers: {
      invalidCertificate: 'CERT.DPpb: as above, or another OID than that of CERT.DPauth',
      invalidSignature: 'smdpSignature2',
      unsupportedCurve: { when: 'the certificate is on another curve than its CI', place: badServer('CERT.DPpb') },
      noSessionContext: 'no server is authenticated',
      invalidTransactionId: 'another transaction',
      undefinedError: { when: 'no room for the one-time key and the result', place: cardInterface },
    },
  },
  {
    function: 'ES10b.CancelSession',
    place: es10b('CancelSession'),
    answers: {
      endUserRejection: 'signed as the reason',
      postponed: 'signed as the reason',
      timeout: 'signed as the reason',
      pprNotAllowed: 'signed as the reason',
      metadataMismatch: 'signed as the reason',
      loadBppExecutionError: 'signed as the reason',
      undefinedReason: 'signed as the reason',
      invalidTransactionId: 'no such transaction',
    },
  },
  {
    function: 'ES8+.InitialiseSecureChannel',
    place: { id: 'TC_eUICC_ES8+.InitialiseSecureChannel' },
    answers: {
      incorrectInputValues: {
        when: 'not this command, or a key on no curve',
        place: { file: 'libs/euicc/src/isd-r/installation-refusals.spec.ts' },
      },
      invalidSignature: 'smdpSign, or for another one-time key',
      invalidTransactionId: 'another transaction',
      unsupportedCrtValues: 'another type or length of keys',
      unsupportedRemoteOperationType: 'not the installation of a package',
    },
  },
  {
    function: 'ES8+.ConfigureISDP',
    place: { id: 'TC_eUICC_ES8+.ConfigureISDP' },
    answers: {
      incorrectInputValues: 'not this command',
      installFailedDueToInsufficientMemoryForProfile: {
        when: 'no room for any profile',
        place: { file: 'libs/euicc/src/isd-r/installation-refusals.spec.ts' },
      },
    },
  },
  {
    function: 'ES8+.StoreMetadata',
    place: { id: 'TC_eUICC_ES8+.StoreMetadata' },
    answers: {
      incorrectInputValues: 'a member is missing, or an icon without its type',
      unsupportedProfileClass: 'a class that is not known',
      installFailedDueToIccidAlreadyExistsOnEuicc: 'the ICCID is there',
      pprNotAllowed: 'the rules authorisation table does not allow it',
    },
  },
  {
    function: 'ES8+.ReplaceSessionKeys',
    place: { id: 'TC_eUICC_ES8+.ReplaceSessionKeys' },
    answers: { incorrectInputValues: 'not this command' },
  },
  {
    function: 'ES8+.LoadProfileElements',
    place: { id: 'TC_eUICC_ES8+.LoadProfileElements' },
    answers: {
      scp03tStructureError: { when: 'segments of another kind or order', place: es10b('LoadBoundProfilePackage') },
      scp03tSecurityError: 'MAC or padding of a segment',
      installFailedDueToInsufficientMemoryForProfile: 'no room',
      installFailedDueToInterruption: {
        when: 'the package does not go on',
        place: { file: 'libs/euicc/src/isd-r/installation-refusals.spec.ts' },
      },
      installFailedDueToPEProcessingError: 'an element is not as it has to be, or needs what is not offered',
      installFailedDueToIccidMismatch: 'ICCID of header and metadata',
      testProfileInstallFailedDueToInvalidNaaKey: 'a test profile with a secret key',
    },
  },
  {
    function: 'ES10b.RemoveNotificationFromList',
    place: cardInterface,
    answers: { nothingToDelete: 'no such notification' },
  },
  {
    function: 'ES10b.LoadCRL',
    place: es10b('LoadCRL'),
    answers: {
      invalidSignature: 'not that of the CI',
      invalidCRLFormat: { when: 'not to be read', place: revocation },
      notEnoughMemorySpace: { when: 'no room, or too many parts', place: revocation },
      verificationKeyNotFound: 'not of a CI that is known',
      undefinedError: { when: 'older than the one that is there', place: revocation },
    },
  },
  {
    function: 'ES10c.GetProfilesInfo',
    place: es10c('GetProfilesInfo'),
    answers: { incorrectInputValues: 'a tag list or criterion that is none' },
  },
  {
    function: 'ES10c.EnableProfile',
    place: es10c('EnableProfile'),
    answers: {
      iccidOrAidNotFound: 'no such profile',
      profileNotInDisabledState: 'it is enabled',
      disallowedByPolicy: 'ppr1 of the enabled profile',
      wrongProfileReenabling: 'another one has to come back after a test profile',
      catBusy: { when: 'a proactive command is under way', place: cardInterface },
      undefinedError: memoryFull,
    },
  },
  {
    function: 'ES10c.DisableProfile',
    place: es10c('DisableProfile'),
    answers: {
      iccidOrAidNotFound: 'no such profile',
      profileNotInEnabledState: 'it is disabled',
      disallowedByPolicy: 'its ppr1',
      catBusy: { when: 'a proactive command is under way', place: cardInterface },
      undefinedError: memoryFull,
    },
  },
  {
    function: 'ES10c.DeleteProfile',
    place: es10c('DeleteProfile'),
    answers: {
      iccidOrAidNotFound: 'no such profile',
      profileNotInDisabledState: 'it is enabled',
      disallowedByPolicy: 'its ppr2',
    },
  },
  {
    function: 'ES10c.eUICCMemoryReset',
    place: es10c('eUICCMemoryReset'),
    answers: {
      nothingToDelete: 'nothing of what is named is there',
      catBusy: { when: 'a proactive command is under way', place: cardInterface },
    },
  },
  {
    function: 'ES10c.SetNickname',
    place: es10c('SetNickname'),
    answers: { iccidNotFound: 'no such profile', undefinedError: 'more than 64 characters, or no room' },
  },
  {
    function: 'ES10a.SetDefaultDpAddress',
    place: cardInterface,
    answers: { undefinedError: 'too long, or no room' },
  },
];
