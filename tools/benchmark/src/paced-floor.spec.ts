import { PacedFloor } from './paced-floor.ts';

describe('the crypto floor at the pace of calls', () => {
  it('is measured while something else goes on, and anew with each look', async () => {
    const floor = await PacedFloor.start();
    let perDownloadMs: number | undefined;
    while (perDownloadMs === undefined) perDownloadMs = await floor.look();
    expect(perDownloadMs).toBeGreaterThan(0);
    expect(await floor.look()).toBeUndefined();
    await floor.stop();
  });
});
