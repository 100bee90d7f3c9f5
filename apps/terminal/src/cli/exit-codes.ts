import type { Typed } from './command-line/typed.ts';

/** Exit codes of `tegata`; docs/terminal.md has the same table. */
export const exitCodes = {
  ok: 0,
  /** a fault of the program or of a server */
  unexpected: 1,
  /** the command line can't be right */
  usage: 2,
  /** something has to be set up first */
  setup: 3,
  /** local authentication failed, is locked or not registered */
  localAuthentication: 4,
  /** pictures or other input have to be put right */
  input: 5,
  /** refused: by a carrier, by identity verification, by a network or by the eUICC */
  refused: 6,
  /** a server can't be reached or is busy; the same command works later */
  unavailable: 7,
  /** what was named is not there, or not in the state for it */
  notFound: 8,
  /** stopped by the user */
  interrupted: 130,
} as const;

/** Name of an exit code. */
export type ExitKind = keyof typeof exitCodes;

interface Advice {
  readonly exit: ExitKind;
  /** What to do next. Words in braces are those of a command of `tegata`. */
  readonly hint: string;
}

const setup = (hint: string): Advice => ({ exit: 'setup', hint });
const localAuthentication = (hint: string): Advice => ({ exit: 'localAuthentication', hint });
const input = (hint: string): Advice => ({ exit: 'input', hint });
const refused = (hint: string): Advice => ({ exit: 'refused', hint });
const unavailable = (hint: string): Advice => ({ exit: 'unavailable', hint });
const notFound = (hint: string): Advice => ({ exit: 'notFound', hint });

const resumeWithPictures =
  'Take better pictures, then: {contract resume --camera page} (or --document FILE --frames DIR)';
const newTransferCode =
  'Make one on your other device: {certificate transfer --to EID} (the EID of this one: {euicc info})';
const resumeLater = 'Nothing is lost. Go on later with: {contract resume}';
const tryLater = 'Nothing is lost. Try the same command again later.';

/** Stands in the place of the status of an error that has the codes of SGP.22, and is the code of one that has none, or those of no table. */
export const RSP_REFUSAL = 'RSP_REFUSAL';
const rspRefusal = refused('Ask the carrier, who can tell more by the codes that --verbose shows.');

/** Advice by the stable code of an error. Codes that are not listed are decided by the gRPC status. */
const adviceByCode: Readonly<Record<string, Advice>> = {
  USAGE: { exit: 'usage', hint: 'See: {--help}' },
  INPUT_NEEDED: {
    exit: 'usage',
    hint: 'Give it as an option (see --help), or run the command in a terminal to be asked.',
  },
  PASSWORD_NEEDED: localAuthentication('Give --password-file FILE or --password-stdin, or set TEGATA_PASSWORD_FILE.'),

  NETWORK_FILE_NOT_FOUND: setup('Start a network (npx nx run-many -t serve), or name its file with --network FILE.'),
  NETWORK_FILE_INVALID: setup('Correct the file, or name another one with --network FILE.'),
  STATE_DIRECTORY_UNUSABLE: setup('Name a folder that you may write to with --state DIR.'),
  RUNTIME_DIRECTORY_UNSAFE: setup('Set XDG_RUNTIME_DIR to a folder of your own, or choose a shorter --state DIR.'),
  EUICC_MATERIAL_MISSING: setup('Import the eUICC with `tegata-admin pki import`, or unset TEGATA_EUICC_EID.'),
  EUM_MATERIAL_MISSING: setup(
    'Use the network file of a network made on this machine: its folder pki/rsp/eum is what a new eUICC is made from.',
  ),
  PKI_UNUSABLE: setup("Check the folder that the network file names as 'pki'."),
  IDENTITY_PKI_MISSING: setup(
    'Use the network file of a network whose carriers make contracts; profiles are downloaded without.',
  ),
  EUICC_BUSY: setup('Wait until the other tegata has ended, or start {daemon}, which all commands then share.'),
  EUICC_MEMORY_DAMAGED: setup('Keep the state folder for inspection and use another one with --state DIR.'),
  NETWORK_CHANGED: setup("Use the network this terminal's eUICC was made in, or another --state DIR."),

  PCSC_UNAVAILABLE: setup(
    'Start pcscd (Debian: apt install pcscd). The chip of a document can be read elsewhere, too: --chip DIR',
  ),
  PCSC_FAILED: setup('See what pcscd says: journalctl -u pcscd'),
  READER_NOT_FOUND: setup('Connect a card reader; pcsc_scan lists those that there are.'),

  LOCAL_AUTHENTICATION_NOT_REGISTERED: localAuthentication('Register a password first: {local-auth register}'),
  LOCAL_AUTHENTICATION_LOCKED: localAuthentication('Unlock with the reset code: {local-auth unlock}'),
  LOCAL_AUTHENTICATION_FAILED: localAuthentication('Try again with the right password: {local-auth status}'),
  LOCAL_AUTHENTICATION_METHOD_NOT_ACCEPTED: refused('Choose another carrier.'),
  RESET_CODE_WRONG: localAuthentication('Try again; it is the code that was shown at registration.'),
  RESET_CODE_LOCKED: localAuthentication(
    'Only a reset helps; it deletes the identity certificate too: {euicc reset --local-auth}',
  ),

  EVIDENCE_NEEDED: input('Give --camera page, or --document FILE and --frames DIR.'),
  ANOTHER_PICTURE_NEEDED: input(resumeWithPictures),
  PICTURE_UNUSABLE: input('Take another picture, or send this one all the same with --as-it-is.'),
  DOCUMENTS_REFUSED: input(
    'With another document: {contract resume} (see --help). Where what you typed was wrong, apply anew: {contract apply --carrier NAME}',
  ),
  ID_PHOTO_REFUSED: input(resumeWithPictures),
  IDENTITY_PROOF_EXPIRED: input('Go on with: {contract resume}'),
  SERVER_ADDRESS_UNUSABLE: input('An address is a domain name, with :port unless that is 443: smdp.example.com'),
  FILE_NOT_FOUND: input('Check the path.'),
  FILE_UNREADABLE: input('Check the path and its permissions.'),
  FILE_TOO_LARGE: input('Make the picture smaller.'),
  FILE_NOT_A_PICTURE: input('Give a picture of that kind.'),
  PUBLIC_KEY_PIN_NEEDED: input('Give --pin-file FILE, or run the command in a terminal to be asked.'),
  PUBLIC_KEY_PIN_WRONG: input('Type the PIN for signatures, in capital letters and digits.'),
  CHIP_PASSWORD_MALFORMED: input('Type it as it is printed on the document.'),
  CHIP_ACCESS_DENIED: input('Compare what you typed with the document, and see that it is the one in the reader.'),
  CHIP_NOT_AUTHENTIC: input('Read it in another reader.'),
  CHIP_NOT_GENUINE: input('Lay the document that was issued on the reader; a copy of its chip does not answer.'),
  CHIP_RESPONSE_ALTERED: input('Read it again, or in another reader.'),
  CHIP_RESPONSE_UNEXPECTED: input('Hold the document still, and read it again.'),
  CHIP_ACCESS_UNSUPPORTED: input(
    'Give its machine readable zone instead of the access number, or use another document.',
  ),
  CHIP_FILE_TOO_LARGE: input('Use another document.'),
  CARD_REMOVED: input('Leave it in the reader until the command has ended, and give the command again.'),
  CARD_NOT_PRESENT: input('Put it on or into the reader, and give the command again.'),
  ISD_R_NOT_FOUND: notFound('Use a card with an eUICC of SGP.22, or another reader: --reader=NAME'),
  CI_CERTIFICATE_NEEDED: setup('Give the certificate of the CI: --ca FILE ({euicc info} shows its key identifier).'),
  CARD_BUSY: input('End the other program that uses the reader.'),
  FFMPEG_MISSING: setup('Install ffmpeg (Debian: apt install ffmpeg), or use another camera: {contract apply --help}'),
  CAMERA_MISSING: input('See which cameras there are: ls /dev/video*'),
  CAMERA_FAILED: input('Check the camera or the video with ffmpeg itself, or use another camera.'),
  COLOURS_NOT_SHOWN: input(
    'Go on in a terminal window that shows colours, where you can answer and without --json: {contract resume}. Or with the page: {contract resume --camera page}',
  ),
  PROMPT_UNKNOWN: setup('Update this program: the authentication server asks for what this version does not know.'),
  CAPTURE_TOO_LATE: input('Go on with: {contract resume}'),
  FRAMES_TOO_DARK: input(resumeWithPictures),
  FRAMES_TOO_BRIGHT: input(resumeWithPictures),
  FRAMES_BLURRED: input(resumeWithPictures),
  FRAMES_EMPTY: input(resumeWithPictures),
  FRAMES_WITHOUT_FACE: input(resumeWithPictures),
  FRAMES_TOO_SMALL: input('Use a camera of 480 pixels or more each way, and go on with: {contract resume}'),
  CAMERA_UNKNOWN: { exit: 'usage', hint: 'See: {contract apply --help}' },
  FRAMES_MISSING: input(
    'A capture folder has straight/, left/, right/, up/ and down/ with JPEG files, 3 or more in straight/, colours/red.jpg, ..., and document-colours/red.jpg, ... where the document is asked for; a video has frames for every prompt. Or use: {contract resume --camera page}',
  ),
  FRAMES_TOO_MANY: input('Remove some of the frames.'),
  FRAMES_TOO_LARGE: input('Make the frames smaller; 480 pixels are enough.'),

  CONTRACT_REFUSED: refused('The reasons are above; a new application is possible: {contract apply --carrier NAME}'),
  CONTRACT_LAPSED: refused('Apply again: {contract apply --carrier NAME}'),
  CONTRACT_CANCELLED: refused('Apply again: {contract apply --carrier NAME}'),
  CONTRACT_EXPIRED: refused('Apply again: {contract apply --carrier NAME}'),
  MATCHING_ID_REFUSED: refused('Compare the activation code with what the carrier sent; it works once only.'),
  EID_REFUSED: refused(
    'Give the activation code, or ask the carrier for an order that names this eUICC (its EID: {euicc info}).',
  ),
  CONFIRMATION_CODE_REFUSED: refused('Try again with the right one; after too many wrong ones the order is closed.'),
  CONFIRMATION_CODE_MISSING: refused('Give it: --confirmation-code or --confirmation-code-file'),
  PROFILE_NOT_RELEASED: unavailable('Try again when the carrier has released it.'),
  EUICC_REFUSED_SERVER: refused('Use the network the eUICC was made for; --verbose shows the code of the eUICC.'),
  EUICC_REFUSED_DOWNLOAD: refused('Ask the carrier; --verbose shows the code of the eUICC.'),
  SERVER_ADDRESS_MISMATCH: refused('The server is not the one that was called. Ask the carrier for the right address.'),
  [RSP_REFUSAL]: rspRefusal,
  METHOD_NOT_SERVED: refused(
    'Ask who runs the server: an SM-DP+ alone makes no contracts, but has profiles: {profile download --help}',
  ),
  SERVER_OID_MISMATCH: refused('The server is not the one of the activation code. Ask the carrier.'),
  SERVER_ANSWER_MALFORMED: refused('The server does not speak SGP.22 as it should; ask who runs it.'),
  TRANSACTION_ID_MISMATCH: refused('The server mixed up sessions; ask who runs it.'),
  SERVER_NOT_TRUSTED: refused('Check the address, and name the certificate issuer if it is another one: --ca FILE'),
  SERVER_ROLE_WRONG: refused('It is some other server, not an SM-DP+ or SM-DS. Ask the carrier for the right address.'),
  POLICY_RULES_NOT_ALLOWED: refused('Nothing was installed. Ask the carrier for a profile without these rules.'),
  USER_REJECTED: refused('Nothing was installed. The same activation code may be refused from now on.'),
  USER_POSTPONED: unavailable('Nothing was installed. Give the same command when you want the profile.'),
  USER_TIMEOUT: unavailable('Nothing was installed. Give the same command again.'),
  NO_SMDP_ADDRESS: {
    exit: 'usage',
    hint: 'Give --activation-code or --smdp, or set one: {euicc default-smdp ADDRESS}',
  },
  NO_SMDS_ADDRESS: { exit: 'usage', hint: 'Name one: --smds FQDN' },
  BAD_ACTIVATION_CODE: { exit: 'usage', hint: 'Write it in single quotes: a shell reads $ otherwise.' },
  FILE_NOT_A_CERTIFICATE: input('A certificate issuer is a PEM or DER file.'),
  INSTALLATION_FAILED: refused('See {euicc info} for free memory, and {profile list} for what is installed.'),
  METADATA_MISMATCH: refused(
    'The relay or the SM-DP+ offers another profile than the contract names; ask the carrier.',
  ),
  PROFILE_DISALLOWED_BY_POLICY: refused('A rule of the profile forbids it; ask its carrier.'),
  TRANSFER_CODE_UNREADABLE: input(newTransferCode),
  TRANSFER_OF_ANOTHER_DEVICE: refused(newTransferCode),
  TRANSFER_EXPIRED: refused(newTransferCode),
  TRANSFER_USED: refused(newTransferCode),
  TRANSFER_TRIES_USED_UP: refused(newTransferCode),
  ENCRYPTION_KEY_UNTRUSTED: refused(
    'Nothing was sent. Ask the carrier, and check that the network file is the right one.',
  ),
  AKA_SYNCHRONISATION_FAILED: refused('Try again; if it happens again, ask the carrier.'),
  AKA_NETWORK_REJECTED: refused(
    'The USIM did not accept the network: it belongs to another carrier, or its keys differ.',
  ),
  AKA_RESPONSE_WRONG: refused("The carrier's keys are not those of the profile; ask the carrier."),
  SUBSCRIPTION_NOT_ACTIVE: refused('The carrier has suspended the subscription; ask the carrier.'),
  PIN_NEEDED: refused('The profile wants its PIN, which this terminal can not enter.'),

  DECISION_PENDING: unavailable(resumeLater),
  UNDER_REVIEW: unavailable(resumeLater),
  CERTIFICATE_MISSING: unavailable(resumeLater),
  CONTRACT_BUSY: unavailable('Wait for the other command, then look: {contract list}'),
  SERVER_UNREACHABLE: unavailable(tryLater),
  SERVER_NOT_SERVING: unavailable(tryLater),
  RATE_LIMITED: unavailable(tryLater),
  TOO_MANY_CONTRACTS: unavailable('Go on tomorrow: {contract resume}'),
  SMDP_UNREACHABLE: unavailable('Check the address, or say where it is: --connect FQDN=host:port'),
  SMDS_UNREACHABLE: unavailable('Check the address, or say where it is: --connect FQDN=host:port'),
  DEADLINE_EXCEEDED: unavailable(tryLater),
  AUTHENTICATION_UNAVAILABLE: unavailable(resumeLater),
  EKYC_BUSY: unavailable(resumeLater),

  CARRIER_UNKNOWN: notFound('The carriers are listed in the network file (--network FILE).'),
  CONTRACT_NOT_FOUND: notFound('See: {contract list}'),
  NO_OPEN_CONTRACT: notFound('See: {contract list}'),
  SEVERAL_OPEN_CONTRACTS: notFound('Name one: {contract resume ID}, {contract cancel ID}'),
  NOTHING_TO_ACQUIRE: notFound('If the profile is not there, apply again. See: {profile list}'),
  PROFILE_GONE: notFound('See: {profile list}'),
  PROFILE_NOT_FOUND: notFound('See: {profile list}'),
  PROFILE_WRONG_STATE: notFound('See: {profile list}'),
  NO_PROFILE_ENABLED: notFound('Enable one: {profile enable ICCID}'),
  NO_CERTIFICATE: notFound('It comes with the first contract: {contract apply --carrier NAME}'),
  CARRIER_OF_PROFILE_UNKNOWN: notFound('Only profiles of carriers in the network file can attach.'),
  INTERRUPTED: {
    exit: 'interrupted',
    hint: 'Give the same command again when you like.',
  },
};

const adviceByStatus: Readonly<Record<string, Advice>> = {
  [RSP_REFUSAL]: rspRefusal,
  UNAVAILABLE: unavailable(tryLater),
  DEADLINE_EXCEEDED: unavailable(tryLater),
  RESOURCE_EXHAUSTED: unavailable(tryLater),
  CANCELLED: unavailable(tryLater),
  ABORTED: unavailable(tryLater),
  NOT_FOUND: notFound('Check what was named.'),
  FAILED_PRECONDITION: refused('See: {contract list}, {profile list}'),
  PERMISSION_DENIED: refused('See the reason above.'),
  INVALID_ARGUMENT: input('Check what was given.'),
};

const unexpected: Advice = { exit: 'unexpected', hint: 'Run it again with --verbose for details.' };

/** An application goes on where it stopped; the same command would begin another one. */
const interruptedApplication: Advice = { exit: 'interrupted', hint: resumeLater };

/**
 * What to do after an error, and with which code to exit.
 *
 * @param stoppedIn group of the command, contract or profile, when it was stopped while it ran, not at a question before
 */
export function adviceFor(code: string, status: string | undefined, typed: Typed, stoppedIn?: string): Advice {
  const own = code === 'INTERRUPTED' && stoppedIn === 'contract' ? interruptedApplication : adviceByCode[code];
  const { exit, hint } = own ?? adviceByStatus[status ?? ''] ?? unexpected;
  return { exit, hint: hint.replaceAll(/\{([^}]+)\}/g, (_, words: string) => typed(words)) };
}

/** Every code that has advice of its own, for the documentation test. */
export const advisedCodes: readonly string[] = Object.keys(adviceByCode);
