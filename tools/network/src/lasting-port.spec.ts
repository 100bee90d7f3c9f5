import { createServer } from 'node:net';
import { lastingPort } from './lasting-port.ts';

describe('the port of a server that is stopped and started again', () => {
  it('is one that the system gives to nobody else', async () => {
    for (let i = 0; i < 20; i++) expect(await lastingPort()).toBeLessThan(32_768);
  });

  it('is given once to a process, and not where somebody listens', async () => {
    const first = await lastingPort();
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(first + 1, '127.0.0.1', done));
    try {
      const more = [await lastingPort(), await lastingPort()];
      expect(more).not.toContain(first);
      expect(more).not.toContain(first + 1);
    } finally {
      await new Promise((done) => listener.close(done));
    }
  });
});
