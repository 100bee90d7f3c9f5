import { ContractState } from '@tegata/contracts/management-v1';
import {
  flag,
  instant,
  type JsonCodec,
  list,
  maybe,
  octets,
  oneOf,
  type Recorded,
  RecordShapeError,
  struct,
  tagged,
  text,
  whole,
} from '../state/json-codec.ts';

/**
 * What the terminal remembers of a contract application: one record, whose `stage` says what is to be done next and so which
 * members there are. A record is written before the stage is acted on; every stage can be begun again after a crash.
 *
 * Personal data is kept until the carrier has decided, the secrets of a stage until the stage that needs them is over. Of
 * pictures only the path is kept, of passwords and certificates nothing.
 */

const contractState: JsonCodec<ContractState> = {
  write: (state) => ContractState[state],
  read: (json, at) => {
    const name = text.read(json, at);
    if (!Object.hasOwn(ContractState, name)) throw new RecordShapeError(`${at} is not a contract state`);
    return ContractState[name as keyof typeof ContractState];
  },
};

const reason = struct({ code: text, sentence: text });

const completedStep = struct({ step: text, startTime: instant, durationUs: whole });

const applicant = struct({
  familyName: text,
  givenName: text,
  birthDate: struct({ year: whole, month: whole, day: whole }),
  address: text,
});

/**
 * Picture of the document or, in its place, the folder of its chip's files; and the folder of camera frames, or a camera. Or, in
 * place of all of them, the folder of a card that signs.
 */
const evidence = struct({
  documentFile: text,
  framesDirectory: text,
  chipDirectory: maybe(text),
  /** reader on which the document of that chip lies; absent: the files count as files */
  chipReader: maybe(text),
  camera: maybe(text),
  publicKeyDirectory: maybe(text),
  /** of the device used until now, in place of a document */
  transferCode: maybe(text),
});

/** In every stage. */
const always = {
  /** Chosen by the terminal; the carrier opens one contract for it, however often it is sent. */
  applicationId: octets(16),
  /** Carrier, by its name in the network file. */
  carrier: text,
  createTime: instant,
  /** Which chart the contract follows. */
  flow: oneOf('first', 'later'),
  /** Whether identity documents were submitted. */
  identityVerification: flag,
  /** The carrier's word, as last heard. */
  state: contractState,
  /** Why the contract ended, or what is missing. */
  reasons: list(reason),
  steps: list(completedStep),
};

/** Until the carrier has decided. */
const application = {
  applicant,
  /** Names of certificate attributes to disclose. */
  disclose: list(text),
  evidence: maybe(evidence),
};

/** From S6/S42 on. */
const opened = {
  contractId: text,
  /** Secret by which the contract is this terminal's. */
  contractToken: octets(32),
};

/** From S6/S42 until the carrier has decided. */
const desk = {
  carrierOid: text,
  /** Certificates of the key to which documents and ID photo are sealed. */
  encryptionChain: list(octets()),
  /** Attributes of the certificate that the carrier requires, by name; absent in contracts of an earlier version. */
  requiredAttributes: maybe(list(text)),
};

const profile = {
  relayAddress: text,
  iccid: text,
};

const recordCodec = tagged('stage', {
  /** To be applied for (S5/S41). */
  opening: struct({ ...always, ...application }),
  /** Information is to be submitted (S7-S12, S43-S48). */
  informing: struct({
    ...always,
    ...application,
    ...opened,
    ...desk,
    /** To be signed in the local authentication assertion. */
    nonce: octets(32),
    /** A certificate alone isn't enough. */
    documentsDemanded: flag,
    dataAcquisitionKey: maybe(octets(32)),
    /** A submission that was begun and whose outcome is not known. */
    submission: maybe(struct({ nonce: octets(32), startTime: instant })),
  }),
  /** The carrier's decision, or the ID photo, is awaited (S16-S19). */
  deciding: struct({
    ...always,
    ...application,
    ...opened,
    ...desk,
    dataAcquisitionKey: octets(32),
    /** The identity proof request for which an ID photo of this evidence was last sent, whatever became of it. */
    photoSent: maybe(struct({ proofRequestId: text, startTime: instant })),
  }),
  /** Certificate and route are to be fetched (S27-S33, S53). */
  acquiring: struct({
    ...always,
    ...opened,
    ...profile,
    dataAcquisitionKey: octets(32),
    certificateWaiting: flag,
  }),
  /** The profile is to be downloaded and installed (S32, S34, S56, S57). */
  installing: struct({
    ...always,
    ...opened,
    ...profile,
    dataAcquisitionKey: octets(32),
    certificateWaiting: flag,
    eventId: text,
    rspServerAddress: text,
  }),
  /** The installed profile is to be enabled (S35, S58). */
  enabling: struct({ ...always, ...opened, ...profile }),
  /** In use; notifications are to be delivered and the steps reported. */
  reporting: struct({ ...always, ...opened, ...profile, imsi: text }),
  /** Nothing is left to do. */
  complete: struct({ ...always, contractId: text, iccid: text, imsi: text }),
  /** Ended without a profile. */
  ended: struct({ ...always, contractId: maybe(text) }),
});

/** A contract application, as stored. */
export type ContractRecord = Recorded<typeof recordCodec>;

/** Name of a stage. */
export type Stage = ContractRecord['stage'];

/** The record of one stage. */
export type RecordIn<S extends Stage> = Extract<ContractRecord, { stage: S }>;

/** The applicant, as typed. */
export type RecordedApplicant = Recorded<typeof applicant>;

/** Where the user's pictures are. */
export type RecordedEvidence = Recorded<typeof evidence>;

/** Where the camera frames come from, as `--camera` says it. */
export function cameraSourceOf({ camera, framesDirectory }: RecordedEvidence): string {
  return camera ?? `dir:${framesDirectory}`;
}

/** Whether the camera takes the picture of the document, too: neither a file of it nor its chip was given. */
export function photographsDocument({ documentFile, chipDirectory, transferCode, camera }: RecordedEvidence): boolean {
  const isShown = documentFile !== '' || chipDirectory !== undefined || transferCode !== undefined;
  return !isShown && camera === 'page';
}

/** A reason for a person and for a machine. */
export type RecordedReason = Recorded<typeof reason>;

/** Completed steps as a JSON codec, for the steps that belong to no contract yet. */
export const completedSteps = list(completedStep);

const version = 1;

/** The record as it is stored: UTF-8 JSON. */
export function encodeRecord(record: ContractRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify({ version, ...(recordCodec.write(record) as object) }, null, 1)}\n`);
}

/** Reads a stored record. Throws RecordShapeError. */
export function decodeRecord(stored: Uint8Array): ContractRecord {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(stored).toString('utf8'));
  } catch {
    throw new RecordShapeError('the record is not JSON');
  }
  if (typeof json !== 'object' || json === null) throw new RecordShapeError('the record is not an object');
  const { version: found, ...members } = { version: undefined, ...json };
  if (found !== version) throw new RecordShapeError(`the record has version ${String(found)}, not ${version}`);
  return recordCodec.read(members, 'record');
}

/** Contract identifier; undefined before S6/S42. */
export function contractIdOf(record: ContractRecord): string | undefined {
  return record.stage === 'opening' ? undefined : record.contractId;
}

/** Whether nothing can be done any more. */
export function isOver(record: ContractRecord): record is RecordIn<'complete' | 'ended'> {
  return record.stage === 'complete' || record.stage === 'ended';
}
