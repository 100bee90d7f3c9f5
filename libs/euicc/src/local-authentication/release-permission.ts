/**
 * Permission to put out the identity certificate once, for one contract. Volatile: it comes with a successful local
 * authentication, and goes with its use, the next attempt, or the power.
 */
export class ReleasePermission {
  private contractId: Uint8Array | undefined;

  /** @param contractId UUID, 16 octets */
  grant(contractId: Uint8Array): void {
    this.contractId = Uint8Array.from(contractId);
  }

  revoke(): void {
    this.contractId = undefined;
  }

  /** Whether there was permission for this contract; there is none any more then. */
  consume(contractId: Uint8Array): boolean {
    if (this.contractId === undefined || Buffer.compare(this.contractId, contractId) !== 0) return false;
    this.contractId = undefined;
    return true;
  }
}
