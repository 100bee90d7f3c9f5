import { ImportProfilesRequest, ProfileOrdersService } from '@tegata/contracts/management-v1';
import type { Connection } from '@tegata/service-kit';

/** How many rows are on their way at most. */
const pageSize = 500;

/** Profiles of the SM-DP+ under test: brought in as its operator would. */
export class StoredProfiles {
  /**
   * @param run what the keys of rows begin with
   * @param stored how many there are already
   */
  constructor(
    private readonly server: Connection,
    private readonly run: string,
    private stored: number,
  ) {}

  /** How many there are. */
  get count(): number {
    return this.stored;
  }

  /** Brings in profiles without an order until there are `count`. */
  async fill(count: number, progress: (stored: number) => void): Promise<void> {
    while (this.stored < count) {
      await this.import(Math.min(pageSize, count - this.stored), false);
      progress(this.stored);
    }
  }

  /** Brings in profiles that are released for download, and answers with their matching ids. */
  async release(count: number): Promise<string[]> {
    const matchingIds: string[] = [];
    while (matchingIds.length < count) {
      matchingIds.push(...(await this.import(Math.min(pageSize, count - matchingIds.length), true)));
    }
    return matchingIds;
  }

  private async import(count: number, ordered: boolean): Promise<string[]> {
    const first = this.stored;
    const rows = Array.from({ length: count }, (_, at) =>
      ImportProfilesRequest.fromPartial({
        item: { $case: 'row', value: { rowKey: `${this.run}-${first + at}`, ...(ordered && { order: {} }) } },
      }),
    );
    const matchingIds: string[] = [];
    const call = this.server.client(ProfileOrdersService).importProfiles(rows);
    for await (const { outcome } of call) {
      if (outcome?.$case !== 'profile')
        throw new Error(`a profile was not stored: ${outcome?.value.message ?? 'no outcome'}`);
      if (outcome.value.order) matchingIds.push(outcome.value.order.matchingId);
    }
    this.stored += count;
    return matchingIds;
  }
}
