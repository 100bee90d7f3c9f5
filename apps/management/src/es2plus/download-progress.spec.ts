import { refusal } from '@tegata/service-kit';
import { Downloads } from '../testing/downloads.ts';
import { upkeep } from '../upkeep.ts';
import { tellOperator } from './download-progress.ts';

describe('what the operator is told of downloads', () => {
  let downloads: Downloads;
  let asked = 0;
  let failure: Error | undefined;
  let stopping = new AbortController();
  let stopAfter = Number.POSITIVE_INFINITY;

  beforeAll(async () => {
    downloads = await Downloads.create(true, {
      operatorBackEnd: {
        async handleDownloadProgressInfo() {
          asked++;
          if (asked === stopAfter) stopping.abort();
          if (failure) throw failure;
        },
      },
    });
  });
  beforeEach(async () => {
    await downloads.test.context.prisma.downloadProgress.deleteMany();
    for (let n = 0; n < 3; n++) await downloads.begin(downloads.euicc, `M-${await downloads.prepare()}`);
    asked = 0;
    failure = undefined;
    stopping = new AbortController();
    stopAfter = Number.POSITIVE_INFINITY;
  });
  afterAll(() => downloads.close());

  const waiting = () => downloads.test.context.prisma.downloadProgress.count({ where: { deliveredAt: null } });

  it.each(['SERVER_UNREACHABLE', 'DEADLINE_EXCEEDED', 'RATE_LIMITED'] as const)(
    'is tried once in a round, however much waits, while the back end does not answer (%s)',
    async (reason) => {
      failure = refusal(reason);
      await tellOperator(downloads.test.context);
      expect([asked, await waiting()]).toEqual([1, 3]);
    },
  );

  it('ends when the server stops, after the one that is on its way', async () => {
    stopAfter = 2;
    await tellOperator(downloads.test.context, stopping.signal);
    expect([asked, await waiting()]).toEqual([2, 1]);
  });

  it('keeps nothing else waiting', async () => {
    const operatorBackEnd = { handleDownloadProgressInfo: () => new Promise<never>(() => undefined) };
    await upkeep({ ...downloads.test.context, operatorBackEnd });
    expect(await waiting()).toBe(3);
  });

  it('does not wait for what the back end refuses', async () => {
    failure = refusal('SERVER_ANSWER_MALFORMED');
    await tellOperator(downloads.test.context);
    expect([asked, await waiting()]).toEqual([3, 3]);
    failure = undefined;
    downloads.later(60_000);
    await tellOperator(downloads.test.context);
    expect([asked, await waiting()]).toEqual([6, 0]);
  });
});
