import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '@tegata/service-kit';
import type { AttendedCamera, Camera, FrameFault } from '../../capture/camera.ts';
import { cameraFrom } from '../../capture/camera-source.ts';
import type { FrameInspector } from '../../capture/frame-inspector.ts';
import { TerminalError } from '../../terminal-error.ts';
import { type Application, ContractApplications, type Following, type Resumption } from '../contract-applications.ts';
import type { ContractRecord } from '../contract-record.ts';
import type { ContractDesk, Provisioning } from '../ports.ts';
import { RecordStore } from '../record-store.ts';
import { RegistrationSteps } from '../registration-steps.ts';
import { retrying } from '../retry.ts';
import type { ApplicationSurroundings, Progress } from '../run.ts';
import { type CarrierPolicy, FakeCarrier } from './fake-carrier.ts';
import { FakeEuicc, fakeEid } from './fake-euicc.ts';
import { Interruptions } from './interruptions.ts';

/** Thousands of flushes to a disk take their time; what survives a kill survives it in memory, too. */
const folderInMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A person who waits before the camera, and has no document to photograph. */
const attended: AttendedCamera = {
  photographDocument: () => Promise.reject(new Error('no document is to be photographed')),
  end: async () => {},
};

/** Goes on with the only open application, with nothing new but the password. */
export const resumption: Resumption = { id: '', password: 'open sesame', evidence: undefined };

/** A terminal with a real record store, and carriers, relay and eUICC that behave; everything passes the interruptions. */
export class FakeWorld {
  readonly folder = mkdtempSync(join(folderInMemory, 'tegata-terminal-'));
  readonly euicc = new FakeEuicc();
  readonly carriers = new Map<string, FakeCarrier>();
  readonly store: RecordStore;
  readonly registrationSteps: RegistrationSteps;
  interruptions = new Interruptions();
  /** The chip of the document in the reader. */
  chip: (challenge: Uint8Array) => Promise<Uint8Array> = () => Promise.reject(new Error('no document is in a reader'));
  /** What is wrong with every frame. */
  frameFault: FrameFault | undefined;
  /** Who looks at frames; their pictures are of the fewest octets. */
  inspector: (tell: (note: string) => void) => FrameInspector = () => ({
    inspect: async () => this.frameFault,
    close: async () => undefined,
  });
  /** A camera in place of the one that is named. */
  camera: Camera | undefined;
  /** Whether a person is before the camera. */
  isAttended = false;
  /** What the user was told while applications ran. */
  readonly told: Progress[] = [];
  readonly following: Following = {
    tell: (progress) => this.told.push(progress),
    signal: new AbortController().signal,
  };
  #time = Date.UTC(2027, 0, 1);

  constructor(policies: Record<string, Partial<CarrierPolicy>> = { aozora: {} }) {
    for (const [index, [name, policy]] of Object.entries(policies).entries()) {
      const documentReason = { code: 'DOCUMENT_NO_FACE', sentence: 'No portrait was found on the document.' };
      const none = { photosToRefuse: 0, documentsToRefuse: 0, documentReason };
      const whole = { certificateEnough: true, reviewed: false, ...none, ...policy };
      this.carriers.set(name, new FakeCarrier(`2.999.${index + 1}`, whole));
    }
    mkdirSync(join(this.folder, 'contracts'));
    this.store = new RecordStore(join(this.folder, 'contracts'));
    this.registrationSteps = new RegistrationSteps(join(this.folder, 'registration-steps.json'));
    this.#writePictures();
  }

  /** Evidence on the disk; pictures only as far as the terminal looks into them. */
  get evidence() {
    return {
      documentFile: join(this.folder, 'document.jpg'),
      framesDirectory: this.folder,
      chipDirectory: undefined,
      chipReader: undefined,
      camera: undefined,
      publicKeyDirectory: undefined,
      transferCode: undefined,
    };
  }

  /** What the user applies with: to aozora, with the right password and pictures. */
  application(more: Partial<Application> = {}): Application {
    const birthDate = { year: 1990, month: 4, day: 1 };
    const applicant = { familyName: 'Aoki', givenName: 'Hana', birthDate, address: '1-2-3 Minato' };
    const { password = '' } = this.euicc;
    return { carrier: 'aozora', applicant, password, evidence: this.evidence, disclose: [], ...more };
  }

  /** Notes that the user was told. */
  notes(): string[] {
    return this.told.flatMap((progress) => (progress.kind === 'note' ? [progress.note] : []));
  }

  /** Numbers of the steps that the user was told. */
  steps(): string[] {
    return this.told.flatMap((progress) => (progress.kind === 'step' ? [progress.step.step] : []));
  }

  /** Applications of which one was interrupted when it came to a stage. */
  async stoppedIn(stage: string): Promise<ContractApplications> {
    const stop = new AbortController();
    const tell = (progress: Progress) => {
      if (progress.kind === 'contract' && progress.record.stage === stage) stop.abort(new Error('stopped'));
    };
    const applications = this.start();
    await applications.apply(this.application(), { tell, signal: stop.signal }).catch(() => {});
    if (this.record.stage !== stage) throw new Error(`stopped in ${this.record.stage}`);
    return applications;
  }

  carrier(name: string): FakeCarrier {
    const carrier = this.carriers.get(name);
    if (carrier === undefined) throw new TerminalError('not-found', 'CARRIER_UNKNOWN', 'no such carrier');
    return carrier;
  }

  /** The program, newly started: only what is on the disk and in the eUICC is still known. */
  start(): ContractApplications {
    this.interruptions.restart();
    this.euicc.powerOff();
    const through = this.interruptions;
    const { localAuthenticator, certificates, profileAccess } = this.euicc;
    const surroundings: ApplicationSurroundings = {
      eid: fakeEid,
      localAuthenticator: {
        status: () => through.localAsync(() => localAuthenticator.status()),
        authenticate: (attempt) => through.localAsync(() => localAuthenticator.authenticate(attempt)),
        signCapture: (segment) => through.localAsync(() => localAuthenticator.signCapture(segment)),
      },
      certificates: {
        isStored: () => through.localAsync(() => certificates.isStored()),
        release: (contractId) => through.localAsync(() => certificates.release(contractId)),
        store: (certificate) => through.localAsync(() => certificates.store(certificate)),
      },
      profiles: {
        find: (iccid) => through.localAsync(() => profileAccess.find(iccid)),
        enable: (iccid) => through.localAsync(() => profileAccess.enable(iccid)),
        readImsi: () => through.localAsync(() => profileAccess.readImsi()),
      },
      seal: async (_chain, _purpose, _contractId, plaintext) => ({
        encapsulatedKey: Buffer.alloc(65),
        ciphertext: Buffer.from(plaintext),
      }),
      camera: (source, beside) =>
        this.camera ?? { ...cameraFrom(source, beside), ...(this.isAttended && { attended }) },
      challengeChip: (_password, challenge) => this.chip(challenge),
      inspector: (tell) => this.inspector(tell),
      random: randomBytes,
      desk: (name) => interrupted(this.carrier(name), through),
      provisioning: () => this.#provisioning(),
      makeDataAcquisitionKey: () => randomBytes(32),
      retry: retrying({ tries: 2, firstWaitMs: 0, random: Math.random, wait: async () => {} }),
      patience: { decisionMs: 60_000, silentMs: 60_000, pollMs: 1 },
      wait: async () => {},
      now: () => new Date(this.#tick(5)),
      microseconds: () => this.#tick(1) * 1000,
      save: (record) => through.local(() => this.store.save(record)),
    };
    return new ContractApplications(surroundings, this.store, this.registrationSteps, randomBytes);
  }

  /** Lets time pass in which no program runs. */
  pass(milliseconds: number): void {
    this.#tick(milliseconds);
  }

  /** The only record of the terminal. */
  get record(): ContractRecord {
    const [record] = this.store.all();
    if (record === undefined) throw new Error('no record is stored');
    return record;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Time of day, milliseconds. */
  get timeMs(): number {
    return this.#time;
  }

  #tick(milliseconds: number): number {
    this.#time += milliseconds;
    return this.#time;
  }

  #provisioning(): Provisioning {
    const through = this.interruptions;
    return {
      acquire: (key) =>
        through.call(() => {
          const { contractId, iccid, certificate } = this.#waitingUnder(key);
          return { eventId: `${contractId}/${iccid}`, rspServerAddress: 'rsp.example', certificate };
        }),
      download: ({ eventId, iccid, onReceived }) =>
        through.call(() => {
          const waits = [...this.carriers.values()].flatMap(({ waiting }) => [...waiting.values()]);
          if (!waits.some((profile) => eventId === `${profile.contractId}/${iccid}`)) throw new Error('8.2.6/3.8');
          onReceived();
          this.euicc.install(iccid);
        }),
      deliverNotifications: (iccid) =>
        through.call(() => {
          for (const { event, iccid: installed } of this.euicc.notifications.splice(0)) {
            if (event === 'install') for (const carrier of this.carriers.values()) carrier.installed(installed);
          }
          return this.euicc.notifications.filter((notification) => notification.iccid === iccid).length;
        }),
    };
  }

  #waitingUnder(key: Uint8Array) {
    const digest = createHash('sha256').update(key).digest('hex');
    for (const { waiting } of this.carriers.values()) {
      const profile = waiting.get(digest);
      if (profile !== undefined) return profile;
    }
    throw new ServiceError({ status: 'NOT_FOUND', reason: 'NOTHING_TO_ACQUIRE', message: 'Nothing waits.' });
  }

  #writePictures(): void {
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]);
    writeFileSync(join(this.folder, 'document.jpg'), jpeg);
    for (const folder of ['straight', 'left', 'right', 'up', 'down']) {
      mkdirSync(join(this.folder, folder));
      for (const name of ['0.jpg', '1.jpg', '2.jpg']) writeFileSync(join(this.folder, folder, name), jpeg);
    }
  }
}

function interrupted(carrier: FakeCarrier, through: Interruptions): ContractDesk {
  return {
    apply: (applicationId) => through.call(() => carrier.apply(applicationId)),
    submitInformation: (request) => through.call(() => carrier.submitInformation(request)),
    beginCapture: (credentials, id, captureId) => through.call(() => carrier.beginCapture(credentials, id, captureId)),
    submitCapture: (credentials, id, promptNumber, segment) =>
      through.call(() => carrier.submitCapture(credentials, id, promptNumber, segment)),
    get: (credentials) => through.call(() => carrier.get(credentials)),
    async *watch(credentials) {
      for await (const contract of carrier.watch(credentials)) yield await through.call(() => contract);
    },
    cancel: (credentials) => through.call(() => carrier.cancel(credentials)),
    reportSteps: (credentials, steps) => through.call(() => carrier.reportSteps(credentials, steps)),
  };
}
