import { setTimeout as delay } from 'node:timers/promises';
import { PacedFloor } from './paced-floor.ts';

describe('the crypto floor at the pace of calls', () => {
  it('is measured beside something else that goes on, and anew each time', async () => {
    const floor = await PacedFloor.start();
    let perDownloadMs: number | undefined;
    for (let ms = 50; perDownloadMs === undefined; ms *= 2) perDownloadMs = await floor.beside(() => delay(ms));
    expect(perDownloadMs).toBeGreaterThan(0);
    expect(await floor.beside(async () => {})).toBeUndefined();
    await floor.stop();
  });
});
