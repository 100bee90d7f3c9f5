import { refusal } from '@tegata/service-kit';
import { Downloads } from '../testing/downloads.ts';
import { tellOperator } from './download-progress.ts';

describe('what the operator is told of downloads', () => {
  let downloads: Downloads;
  let asked = 0;
  let failure: Error | undefined;

  beforeAll(async () => {
    downloads = await Downloads.create(true, {
      operatorBackEnd: {
        async handleDownloadProgressInfo() {
          asked++;
          if (failure) throw failure;
        },
      },
    });
  });
  beforeEach(async () => {
    await downloads.test.context.prisma.downloadProgress.deleteMany();
    for (let n = 0; n < 3; n++) await downloads.begin(downloads.euicc, `M-${await downloads.prepare()}`);
    asked = 0;
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
