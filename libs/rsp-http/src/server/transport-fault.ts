/** Statuses of HTTP for what is no call of a function; every refusal of a function is 200. */
export type FaultStatus = 400 | 404 | 405 | 408 | 413 | 415 | 429 | 431;

/** A request that can't become a call. */
export class TransportFault extends Error {
  override readonly name = 'TransportFault';

  constructor(
    readonly status: FaultStatus,
    message: string,
    /** header fields of the answer */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get code(): string {
    return `HTTP_${this.status}`;
  }
}
