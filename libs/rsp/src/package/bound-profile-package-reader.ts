import { DerError, readHeader, readTlv, type Schema, type Tlv, tagText } from '@tegata/der';
import { Bsp, BspError, MAXIMUM_SEGMENT_OCTETS } from '../cryptography/bsp.ts';
import { wipe } from '../cryptography/wipe.ts';
import {
  ConfigureISDPRequest,
  type InitialiseSecureChannelRequest,
  ReplaceSessionKeysRequest,
  SegmentSeriesTag,
  SegmentTag,
} from '../objects/es8plus.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import { type BppCommandName, BppError, type ErrorReasonName } from './bpp-error.ts';
import { sessionKeysOf } from './protected-profile-package.ts';
import { type DownloadContext, initialiseSecureChannel } from './secure-channel.ts';

/** What a bound profile package says next, authenticated and decrypted. */
export type BppEvent =
  | { readonly kind: 'initialiseSecureChannel'; readonly request: InitialiseSecureChannelRequest }
  | { readonly kind: 'configureIsdp'; readonly request: ConfigureISDPRequest }
  | { readonly kind: 'storeMetadata'; readonly request: StoreMetadataRequest }
  | { readonly kind: 'replaceSessionKeys' }
  /** the next octets of the profile package, cut without regard to the borders of profile elements */
  | { readonly kind: 'profileElements'; readonly octets: Uint8Array }
  /** the package is complete */
  | { readonly kind: 'end' };

/** The series of segments of a package, in order. */
const allSeries = [
  { tag: SegmentSeriesTag.firstSequenceOf87, segment: SegmentTag.command, command: 'configureISDP' },
  { tag: SegmentSeriesTag.sequenceOf88, segment: SegmentTag.clear, command: 'storeMetadata' },
  { tag: SegmentSeriesTag.secondSequenceOf87, segment: SegmentTag.command, command: 'replaceSessionKeys' },
  { tag: SegmentSeriesTag.sequenceOf86, segment: SegmentTag.profile, command: 'loadProfileElements' },
] as const;
type Series = (typeof allSeries)[number];

/** Largest BF23, and largest ES8+ command: far above any in use. */
const MAXIMUM_CHANNEL_OCTETS = 512;
const MAXIMUM_COMMAND_OCTETS = 8192;

/** Settings of a reader that conforming packages do not need. */
export interface ReaderOptions {
  /** larger than 1020 for packages of servers known to break the limit */
  readonly maximumSegmentOctets?: number;
}

/**
 * Reads a bound profile package as it arrives at an eUICC (SGP.22 sections 2.5.3, 2.5.4, 5.7.6), however it was cut into pieces:
 * an octet is used as soon as the object it ends is complete.
 *
 * The order of the objects, the lengths around them, the signature, every MAC and every padding are checked before the
 * content comes out. After an error nothing more is taken.
 */
export class BoundProfilePackageReader {
  readonly #context: DownloadContext;
  readonly #maximumSegmentOctets: number;
  #pending: Uint8Array = new Uint8Array(0);
  #bsp: Bsp | undefined;
  /** index of the series that is being read, or comes next; -1 before the secure channel is there */
  #next = -1;
  /** octets the current series still has; 0 where the next thing is a header */
  #seriesLeft = 0;
  /** octets BF36 still has; undefined before its header */
  #packageLeft: number | undefined;
  #command: Uint8Array[] = [];
  #failure: BppError | undefined;

  constructor(context: DownloadContext, { maximumSegmentOctets = MAXIMUM_SEGMENT_OCTETS }: ReaderOptions = {}) {
    this.#context = context;
    this.#maximumSegmentOctets = maximumSegmentOctets;
  }

  /** The command that is being read: what an interruption is attributed to. */
  get command(): BppCommandName {
    return allSeries[this.#next]?.command ?? (this.isComplete ? 'loadProfileElements' : 'initialiseSecureChannel');
  }

  /** Whether the whole package was read. */
  get isComplete(): boolean {
    return this.#next === allSeries.length;
  }

  /**
   * What the next octets complete; nothing when they end before an object does.
   *
   * @throws BppError with the command and reason for the ProfileInstallationResult
   */
  push(octets: Uint8Array): BppEvent[] {
    if (this.#failure !== undefined) throw this.#failure;
    this.#pending = this.#pending.length === 0 ? octets : Buffer.concat([this.#pending, octets]);
    try {
      const events: BppEvent[] = [];
      while (this.#pending.length > 0) {
        const consumed = this.#read(events);
        if (!consumed) break;
      }
      this.#pending = Uint8Array.from(this.#pending);
      return events;
    } catch (error) {
      this.#failure = this.#asBppError(error);
      this.wipe();
      throw this.#failure;
    }
  }

  /** Forgets the session keys. */
  wipe(): void {
    this.#bsp?.wipe();
    wipe(...this.#command);
    this.#command = [];
  }

  /** Reads one object or header; false when it is not complete. */
  #read(events: BppEvent[]): boolean {
    if (this.#packageLeft === undefined) return this.#readPackageHeader();
    if (this.#next < 0) return this.#readSecureChannel(events);
    if (this.isComplete) throw this.#refuse('scp03tStructureError');
    return this.#seriesLeft === 0 ? this.#readSeriesHeader() : this.#readSegment(events);
  }

  #readPackageHeader(): boolean {
    const header = this.#header();
    if (header === undefined) return false;
    if (header.tag !== 0xbf36) throw this.#refuse('incorrectInputValues');
    this.#packageLeft = header.length;
    this.#consume(header.headerLength, 0);
    return true;
  }

  #readSecureChannel(events: BppEvent[]): boolean {
    const object = this.#object(MAXIMUM_CHANNEL_OCTETS);
    if (object === undefined) return false;
    const { request, bsp } = initialiseSecureChannel(Uint8Array.from(object.raw), this.#context);
    this.#consume(object.raw.length);
    this.#bsp = bsp;
    this.#next = 0;
    events.push({ kind: 'initialiseSecureChannel', request });
    return true;
  }

  #readSeriesHeader(): boolean {
    const header = this.#header();
    if (header === undefined) return false;
    // Only ReplaceSessionKeys may be absent.
    if (header.tag !== this.#series.tag && this.#series.command === 'replaceSessionKeys') this.#next += 1;
    if (header.tag !== this.#series.tag || header.length === 0) throw this.#refuse('scp03tStructureError');
    this.#consume(header.headerLength);
    if (header.length > (this.#packageLeft ?? 0)) throw this.#refuse('scp03tStructureError');
    this.#seriesLeft = header.length;
    return true;
  }

  #readSegment(events: BppEvent[]): boolean {
    const segment = this.#object(Math.min(this.#seriesLeft, this.#maximumSegmentOctets));
    if (segment === undefined) return false;
    const plaintext = this.#channel.open(this.#series.segment, segment, this.#maximumSegmentOctets);
    const { length } = segment.raw;
    this.#take(plaintext, events);
    this.#consume(length);
    this.#seriesLeft -= length;
    if (this.#seriesLeft === 0) this.#endSeries(events);
    return true;
  }

  #take(plaintext: Uint8Array, events: BppEvent[]): void {
    if (this.#series.command === 'loadProfileElements') {
      events.push({ kind: 'profileElements', octets: plaintext });
      return;
    }
    // Text of 88 segments is a view on what was pushed, and the caller may use that buffer again.
    this.#command.push(this.#series.segment === SegmentTag.clear ? Uint8Array.from(plaintext) : plaintext);
    const length = this.#command.reduce((sum, part) => sum + part.length, 0);
    if (length > MAXIMUM_COMMAND_OCTETS) throw this.#refuse('scp03tStructureError');
  }

  #endSeries(events: BppEvent[]): void {
    const command = Buffer.concat(this.#command);
    switch (this.#series.command) {
      case 'configureISDP':
        events.push({ kind: 'configureIsdp', request: this.#decode(ConfigureISDPRequest, command) });
        break;
      case 'storeMetadata':
        events.push({ kind: 'storeMetadata', request: this.#decode(StoreMetadataRequest, command) });
        break;
      case 'replaceSessionKeys': {
        const ppk = this.#decode(ReplaceSessionKeysRequest, command);
        this.#channel.wipe();
        this.#bsp = new Bsp(sessionKeysOf(ppk));
        wipe(command, ...this.#command);
        events.push({ kind: 'replaceSessionKeys' });
        break;
      }
      case 'loadProfileElements':
        if (this.#packageLeft !== 0) throw this.#refuse('scp03tStructureError');
        this.#channel.wipe();
        events.push({ kind: 'end' });
    }
    this.#command = [];
    this.#next += 1;
  }

  get #series(): Series {
    const series = allSeries[this.#next];
    if (series === undefined) throw new Error('no series of segments is being read');
    return series;
  }

  get #channel(): Bsp {
    if (this.#bsp === undefined) throw new Error('no secure channel');
    return this.#bsp;
  }

  #header(): ReturnType<typeof readHeader> | undefined {
    return this.#unlessTruncated(() => readHeader(this.#pending));
  }

  /** The object that comes next, when all of it is there; one above `maximum` octets is refused from its header. */
  #object(maximum: number): Tlv | undefined {
    const header = this.#header();
    if (header === undefined) return undefined;
    const length = header.headerLength + header.length;
    if (length > maximum || length > (this.#packageLeft ?? 0)) {
      throw new DerError('OUT_OF_RANGE', `${tagText(header.tag)} is longer than what it is in`);
    }
    return length > this.#pending.length ? undefined : readTlv(this.#pending);
  }

  #consume(octets: number, ofPackage = octets): void {
    this.#pending = this.#pending.subarray(octets);
    this.#packageLeft = (this.#packageLeft ?? 0) - ofPackage;
  }

  #unlessTruncated<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof DerError && error.code === 'TRUNCATED') return undefined;
      throw error;
    }
  }

  #decode<T>(schema: Schema<T, never>, octets: Uint8Array): T {
    try {
      return schema.decode(octets);
    } catch (cause) {
      if (cause instanceof DerError) throw this.#refuse('incorrectInputValues', cause);
      throw cause;
    }
  }

  #refuse(reason: ErrorReasonName, cause?: unknown): BppError {
    return new BppError(this.command, reason, { cause });
  }

  #asBppError(error: unknown): BppError {
    if (error instanceof BppError) return error;
    if (error instanceof BspError) {
      return this.#refuse(error.code === 'SECURITY' ? 'scp03tSecurityError' : 'scp03tStructureError', error);
    }
    if (error instanceof DerError) {
      return this.#refuse(this.#next < 0 ? 'incorrectInputValues' : 'scp03tStructureError', error);
    }
    return this.#refuse('installFailedDueToUnknownError', error);
  }
}
