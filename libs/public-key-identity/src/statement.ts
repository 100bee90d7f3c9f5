/** What a person's card signs: this application, on this eUICC, and none other. */
export interface IdentityStatement {
  readonly contractId: string;
  /** the carrier's, fresh for this contract, 32 octets */
  readonly nonce: Uint8Array;
  readonly eid: string;
}

const label = 'tegata public-key identity v1';

/** The octets that are signed: label, contract and EID, each ended by a zero octet, and the nonce. */
export function statementOctets({ contractId, nonce, eid }: IdentityStatement): Uint8Array {
  if (nonce.length !== 32) throw new RangeError('a nonce has 32 octets');
  if ([contractId, eid].some((text) => text.includes('\0'))) throw new RangeError('identifiers have no zero octets');
  return Buffer.concat([Buffer.from(`${label}\0${contractId}\0${eid}\0`, 'utf8'), nonce]);
}
