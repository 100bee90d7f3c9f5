import { type ConfigOf, integer, oneOf, readConfig, text } from '@tegata/service-kit';

const day = 24 * 60 * 60 * 1000;
/** Longer than anything is kept or waits; far longer ones are no times. */
const century = 36_525 * day;

/** Settings of the authentication server, all from the environment (docs/operations.md). */
const settings = {
  /** Folder of the PKI, with this server's keys. */
  pki: text({ env: 'TEGATA_PKI' }),
  /** File with the 32-octet key that personal data is encrypted under. */
  vaultKeyFile: text({ env: 'TEGATA_VAULT_KEY_FILE' }),
  /** `yes`: the published test CIs of SGP.26 are accepted where the PKI has them. */
  acceptTestCis: text({ env: 'TEGATA_ACCEPT_TEST_CIS', default: 'no' }),
  databaseUrl: text({ env: 'DATABASE_URL' }),
  /** Folder of country signing CA certificates and revocation lists; without it no chips of documents are accepted. */
  cscaFolder: text({ env: 'TEGATA_CSCA_FOLDER', default: '' }),
  /** `required`: a document signer without a current revocation list is refused; `known`: lists there are count. */
  cscaRevocation: oneOf(['known', 'required'], { env: 'TEGATA_CSCA_REVOCATION', default: 'known' }),
  /** Folder of CA certificates of persons and their revocation lists; without it no certificates of persons are accepted. */
  personCaFolder: text({ env: 'TEGATA_PERSON_CA_FOLDER', default: '' }),
  /** Policies of which a person's certificate needs one, dotted, with commas between; none: any. */
  personPolicies: text({ env: 'TEGATA_PERSON_POLICIES', default: '' }),
  /** Address of the OCSP responder of those CAs; without it revocation lists alone count. */
  personOcspUrl: text({ env: 'TEGATA_PERSON_OCSP_URL', default: '' }),
  /** How long its answer may take. */
  personOcspTimeoutMs: integer({ env: 'TEGATA_PERSON_OCSP_TIMEOUT_MS', default: 5_000, min: 50, max: 600_000 }),
  /** Where servers and operators reach it, `host:port`. */
  serviceListener: text({ env: 'TEGATA_SERVICE_LISTENER', default: '127.0.0.1:7543' }),
  /** `at-start`: models are loaded when the server starts; `at-need`: with the first picture, which waits some seconds. */
  pictureAnalysis: oneOf(['at-start', 'at-need'], { env: 'TEGATA_PICTURE_ANALYSIS', default: 'at-start' }),
  /** Worker threads for image analysis, of about 300 MB each. */
  ekycWorkers: integer({ env: 'TEGATA_EKYC_WORKERS', default: 1, min: 1, max: 64 }),
  /** Worker threads for the text of documents, of about 260 MB each. */
  documentWorkers: integer({ env: 'TEGATA_DOCUMENT_WORKERS', default: 1, min: 1, max: 64 }),
  /** How long after an ID photo was asked for its capture may begin. */
  identityProofLifetimeMs: integer({
    env: 'TEGATA_IDENTITY_PROOF_LIFETIME_MS',
    default: 600_000,
    min: 1000,
    max: century,
  }),
  /** How long a capture may take, from its first prompt to the frames of its last. */
  captureLifetimeMs: integer({ env: 'TEGATA_CAPTURE_LIFETIME_MS', default: 60_000, min: 1000, max: century }),
  /** How long the frames of one prompt may take. */
  promptLifetimeMs: integer({ env: 'TEGATA_PROMPT_LIFETIME_MS', default: 15_000, min: 1000, max: century }),
  /** `required`: the screen lights the face in colours; `off`: for terminals without a screen. */
  screenLight: oneOf(['required', 'off'], { env: 'TEGATA_SCREEN_LIGHT', default: 'required' }),
  /** `required`: the screen lights the document, too, which is held before the camera, where evidence is the picture of one; `off`: it does not. */
  documentLight: oneOf(['required', 'off'], { env: 'TEGATA_DOCUMENT_LIGHT', default: 'required' }),
  /** Who decides where the picture of a document is the evidence and every check has held: `review`: a person; `automatic`: the checks. */
  documentImages: oneOf(['review', 'automatic'], { env: 'TEGATA_DOCUMENT_IMAGES', default: 'review' }),
  /** Distance of live face and portrait up to which they are the same person, in thousandths (docs/ekyc-measurements.md has the rates). */
  matchAccept: integer({ env: 'TEGATA_MATCH_ACCEPT', default: 450, min: 100, max: 600 }),
  /** Distance beyond which they are not; between the two somebody has to look. */
  matchRefuse: integer({ env: 'TEGATA_MATCH_REFUSE', default: 550, min: 100, max: 600 }),
  /** What becomes of an ID photo in between: a person decides at once, or after the last try, or it counts as refused. */
  review: oneOf(['after-tries', 'at-once', 'off'], { env: 'TEGATA_REVIEW', default: 'after-tries' }),
  /** A review that nobody has decided by then lapses. */
  reviewLifetimeMs: integer({ env: 'TEGATA_REVIEW_LIFETIME_MS', default: 3 * day, min: 1000, max: century }),
  /** How long a reviewer keeps a review to themselves. */
  reviewClaimMs: integer({ env: 'TEGATA_REVIEW_CLAIM_MS', default: 900_000, min: 1000, max: century }),
  /** ID photos per verification. */
  idPhotoTries: integer({ env: 'TEGATA_ID_PHOTO_TRIES', default: 3, min: 1, max: 10 }),
  /** Validity of identity certificates. */
  certificateLifetimeMs: integer({
    env: 'TEGATA_CERTIFICATE_LIFETIME_MS',
    default: 365 * day,
    min: 1000,
    max: century,
  }),
  /** How long a certificate waits to be acquired. */
  acquisitionPeriodMs: integer({ env: 'TEGATA_ACQUISITION_PERIOD_MS', default: 7 * day, min: 1000, max: century }),
  /** Life of a status list; a new one is signed at half of it. */
  statusListLifetimeMs: integer({ env: 'TEGATA_STATUS_LIST_LIFETIME_MS', default: day, min: 1000, max: century }),
  /** Documents are erased this long after the decision. */
  retentionMs: integer({ env: 'TEGATA_RETENTION_MS', default: 30 * day, min: 0, max: century }),
  /** EID, reasons, verdict and scores of a verification, and what reviewers wrote, are erased this long after the decision. */
  verdictRetentionMs: integer({ env: 'TEGATA_VERDICT_RETENTION_MS', default: 5 * 365 * day, min: 0, max: century }),
  /** How long frames of a capture are known again, from when they were last seen; 0: not at all, and repeats are taken. */
  framesKnownMs: integer({ env: 'TEGATA_FRAMES_KNOWN_MS', default: 365 * day, min: 0, max: century }),
  /** A verification that was not decided by then lapses. */
  verificationLifetimeMs: integer({
    env: 'TEGATA_VERIFICATION_LIFETIME_MS',
    default: 7 * day,
    min: 1000,
    max: century,
  }),
  /** `on`: descriptor and portrait are kept while a certificate is in force, for it to move to another device; `off`: nothing of a face is. */
  deviceChange: oneOf(['on', 'off'], { env: 'TEGATA_DEVICE_CHANGE', default: 'on' }),
  /** How long after it was made a transfer code can be handed in. */
  transferLifetimeMs: integer({ env: 'TEGATA_TRANSFER_LIFETIME_MS', default: 3_600_000, min: 1000, max: century }),
  /** Transfers of one certificate that may be tried, until one succeeds. */
  transferTries: integer({ env: 'TEGATA_TRANSFER_TRIES', default: 3, min: 1, max: 20 }),
  /** How often half-done work and what is to be erased are looked for. */
  upkeepIntervalMs: integer({ env: 'TEGATA_UPKEEP_INTERVAL_MS', default: 5_000, min: 50, max: 86_400_000 }),
  logLevel: text({ env: 'TEGATA_LOG_LEVEL', default: 'info' }),
};

export type AuthenticationConfig = ConfigOf<typeof settings>;

/** @throws ConfigError naming everything that is missing or wrong. */
export const readAuthenticationConfig = (env: NodeJS.ProcessEnv): AuthenticationConfig =>
  readConfig(settings, { env }, (config) => {
    const { matchAccept = 0, matchRefuse = matchAccept, personPolicies = '', personOcspUrl = '' } = config;
    return [
      ...(matchAccept <= matchRefuse ? [] : ['TEGATA_MATCH_ACCEPT is more than TEGATA_MATCH_REFUSE']),
      ...(policies.test(personPolicies)
        ? []
        : ['TEGATA_PERSON_POLICIES must be object identifiers, dotted, with commas']),
      ...(personOcspUrl === '' || isWebAddress(personOcspUrl)
        ? []
        : ['TEGATA_PERSON_OCSP_URL must be an http address']),
    ];
  });

/** None, or one and more after commas: of a list that holds none any would be taken. */
const policies = /^(\s*[0-2](\.\d+)+\s*(,\s*[0-2](\.\d+)+\s*)*)?$/;

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** The bands of the match, as distances. */
export const matchLimitsOf = ({
  matchAccept,
  matchRefuse,
}: Pick<AuthenticationConfig, 'matchAccept' | 'matchRefuse'>) => ({
  accept: matchAccept / 1000,
  refuse: matchRefuse / 1000,
});
