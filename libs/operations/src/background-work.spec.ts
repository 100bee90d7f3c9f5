import { EventEmitter, once } from 'node:events';
import { createLogger } from '@tegata/service-kit';
import { repeatInBackground } from './background-work.ts';

const logger = createLogger('test', { level: 'silent' });

describe('background work', () => {
  it('goes on after a round that failed', async () => {
    const rounds = new EventEmitter();
    let count = 0;
    const work = repeatInBackground(
      'rounds',
      1,
      async () => {
        if (++count === 3) rounds.emit('third');
        if (count === 1) throw new Error('the first round fails');
      },
      logger,
    );
    await once(rounds, 'third');
    await work.stop();
    expect(count).toBeGreaterThanOrEqual(3);
  });

  it('pauses as long as a round asks for', async () => {
    const rounds = new EventEmitter();
    let count = 0;
    const day = 24 * 60 * 60 * 1000;
    const work = repeatInBackground(
      'at its own pace',
      day,
      async () => {
        if (++count === 3) rounds.emit('third');
        return 1;
      },
      logger,
    );
    await once(rounds, 'third');
    await work.stop();
  });

  it('waits for the round in progress when it stops, and does no other', async () => {
    let release: () => void = () => undefined;
    let ended = 0;
    const work = repeatInBackground(
      'slow',
      0,
      async () => {
        await new Promise<void>((done) => {
          release = done;
        });
        ended++;
      },
      logger,
    );
    const stopped = work.stop();
    release();
    await stopped;
    expect(ended).toBe(1);
  });
});
