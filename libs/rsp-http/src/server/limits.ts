/** What a listener allows a peer that is slow, large or many. Times in milliseconds. */
export interface RspHttpLimits {
  /** Until the TLS handshake is done. */
  readonly handshakeMs: number;
  /** From the beginning of a request until its header fields are there. */
  readonly headersMs: number;
  /** From then until the body is there. */
  readonly bodyMs: number;
  /** Until the answer must be there; the handler is told. */
  readonly answerMs: number;
  /** An idle connection is closed after this. */
  readonly keepAliveMs: number;
  /** All header fields of a request, in octets. */
  readonly headerOctets: number;
  /** Body of a request, in octets: the largest message of the binding is 16 KiB, a third more in base64. */
  readonly bodyOctets: number;
  /** Connections at a time. */
  readonly connections: number;
  /** Requests at a time in one HTTP/2 connection; clients believe in 100 until they are told otherwise (RFC 9113 section 6.5.2). */
  readonly streams: number;
}

/** Limits of a listener that is given none. */
export const defaultLimits: RspHttpLimits = {
  handshakeMs: 10_000,
  headersMs: 10_000,
  bodyMs: 20_000,
  answerMs: 30_000,
  keepAliveMs: 60_000,
  headerOctets: 16 * 1024,
  bodyOctets: 64 * 1024,
  connections: 2_000,
  streams: 100,
};
