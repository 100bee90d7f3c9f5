import { once } from 'node:events';
import { ServerReflectionRequest, ServerReflectionService } from '@tegata/contracts/grpc-reflection-v1';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService, type SubmitIdPhotoRequest, WatchContractResponse } from '@tegata/contracts/management-v1';
import type { CallContext } from './call-context.ts';
import { refusal } from './service-error.ts';
import type { HandlersOf } from './service-implementation.ts';
import { type Loopback, startLoopback } from './testing/index.ts';
import { contractDesk, contractName, es9Plus, initiateAuthentication } from './testing/sample-services.ts';

const header: SubmitIdPhotoRequest = {
  part: {
    $case: 'header',
    value: { ...contractName, identityProofRequestId: 'r'.repeat(36), encapsulatedKey: Buffer.alloc(65) },
  },
};
const chunk = (octet: number): SubmitIdPhotoRequest => ({
  part: { $case: 'chunk', value: Buffer.alloc(65536, octet) },
});

describe('streamed responses', () => {
  let loopback: Loopback;
  let watch: (context: CallContext) => AsyncIterable<WatchContractResponse>;
  beforeAll(async () => {
    loopback = await startLoopback([contractDesk({ watchContract: (_request, context) => watch(context) })]);
  });
  afterAll(() => loopback.close());
  const desk = () => loopback.asTerminal().client(ContractDeskService);

  it('arrive in order, and are made no faster than the caller takes them', async () => {
    let made = 0;
    watch = async function* () {
      while (made < 400) {
        made++;
        yield WatchContractResponse.create({ contract: { contractId: `${made} ${'x'.repeat(20_000)}` } });
      }
    };
    const client = desk();
    const responses = client.watchContract(contractName);
    const { value: first } = await responses.next();
    expect(first?.contract?.contractId).toMatch(/^1 /);
    // The caller does not go on. While other calls come and go, only what the buffers of both sides hold is made.
    for (let other = 0; other < 50; other++) await client.getContract(contractName).catch(() => {});
    expect(made).toBeLessThan(200);
    let last = 1;
    for await (const { contract } of responses) expect(contract?.contractId.startsWith(`${++last} `)).toBe(true);
    expect(last).toBe(400);
  });

  it('stop being made when the caller stops reading', async () => {
    const aborted = new Promise((resolve) => {
      watch = async function* ({ signal }) {
        signal.addEventListener('abort', () => resolve(signal.reason));
        yield WatchContractResponse.create();
        await once(signal, 'abort');
      };
    });
    for await (const response of desk().watchContract(contractName)) {
      expect(response.contract).toBeUndefined();
      break;
    }
    expect(await aborted).toMatchObject({ reason: 'CALL_CANCELLED' });
  });

  it('end with what the handler throws, after what it gave', async () => {
    watch = async function* () {
      yield WatchContractResponse.create();
      throw refusal('CONTRACT_EXPIRED');
    };
    const responses = desk().watchContract(contractName);
    expect((await responses.next()).done).toBe(false);
    await expect(responses.next()).rejects.toMatchObject({ reason: 'CONTRACT_EXPIRED' });
  });

  it('end at the deadline of the caller, also when the handler waits for something that does not come', async () => {
    watch = async function* () {
      await new Promise(() => {});
      yield WatchContractResponse.create();
    };
    const responses = desk().watchContract(contractName, { timeoutMs: 100 });
    await expect(responses.next()).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });
});

describe('streamed requests', () => {
  let loopback: Loopback;
  let received: string[];
  let submit: (requests: AsyncIterable<SubmitIdPhotoRequest>, context: CallContext) => Promise<void>;
  beforeAll(async () => {
    loopback = await startLoopback([
      contractDesk({
        submitIdPhoto: async (requests, context) => {
          await submit(requests, context);
          return { contract: undefined };
        },
      }),
    ]);
  });
  beforeEach(() => {
    received = [];
    submit = async (requests) => {
      for await (const { part } of requests) received.push(part?.$case ?? '');
    };
  });
  afterAll(() => loopback.close());
  const desk = () => loopback.asTerminal().client(ContractDeskService);

  it('arrive in order', async () => {
    await desk().submitIdPhoto([header, chunk(1), chunk(2)]);
    expect(received).toEqual(['header', 'chunk', 'chunk']);
  });

  it('can be answered before all are sent, and then no more are asked of the source', async () => {
    let taken = 0;
    submit = async (requests) => {
      for await (const _ of requests) return;
    };
    const source = function* () {
      while (taken < 100_000) {
        taken++;
        yield taken === 1 ? header : chunk(taken % 256);
      }
    };
    await expect(desk().submitIdPhoto(source())).resolves.toEqual({ contract: undefined });
    expect(taken).toBeLessThan(1000);
  });

  it('are refused at the first that violates a rule; the handler sees what came before', async () => {
    const ended = new Promise((resolve) => {
      submit = async (requests) => {
        try {
          for await (const { part } of requests) received.push(part?.$case ?? '');
        } catch (error) {
          resolve(error);
          throw error;
        }
      };
    });
    const empty: SubmitIdPhotoRequest = { part: { $case: 'chunk', value: Buffer.alloc(0) } };
    await expect(desk().submitIdPhoto([header, empty, chunk(1)])).rejects.toMatchObject({
      reason: 'FIELD_INVALID',
      fieldViolations: [{ field: 'chunk' }],
    });
    await expect(ended).resolves.toMatchObject({ reason: 'FIELD_INVALID' });
    expect(received).toEqual(['header']);
  });

  it('do not reach the handler at all when they begin with a violation', async () => {
    let called = false;
    submit = async () => {
      called = true;
    };
    const nothing: SubmitIdPhotoRequest = { part: undefined };
    await expect(desk().submitIdPhoto([nothing, header])).rejects.toMatchObject({
      fieldViolations: [{ field: 'part' }],
    });
    expect(called).toBe(false);
  });

  it('may be none', async () => {
    await expect(desk().submitIdPhoto([])).resolves.toEqual({ contract: undefined });
    expect(received).toEqual([]);
  });

  it('end with an error in the handler when the caller goes away', async () => {
    const leave = new AbortController();
    const ended = new Promise((resolve) => {
      submit = async (requests) => {
        try {
          for await (const _ of requests) leave.abort();
          resolve('complete');
        } catch (error) {
          resolve(error);
        }
      };
    });
    const source = async function* () {
      yield header;
      await new Promise(() => {});
    };
    await expect(desk().submitIdPhoto(source(), { signal: leave.signal })).rejects.toMatchObject({
      reason: 'CALL_CANCELLED',
    });
    await expect(ended).resolves.toMatchObject({ reason: 'CALL_CANCELLED' });
  });

  it('fail with the error of their source, and the call with them', async () => {
    const source = function* () {
      yield header;
      throw new Error('the camera is gone');
    };
    await expect(desk().submitIdPhoto(source())).rejects.toThrow('the camera is gone');
  });
});

describe('streams in both directions', () => {
  it('answer each request as it comes', async () => {
    const loopback = await startLoopback([es9Plus()]);
    const requests = ['gsma.rsp.v2.Es9Plus', 'nothing.Here'].map((symbol) =>
      ServerReflectionRequest.create({ messageRequest: { $case: 'fileContainingSymbol', value: symbol } }),
    );
    const answers: (string | undefined)[] = [];
    const client = loopback.asTerminal().client(ServerReflectionService);
    for await (const { messageResponse } of client.serverReflectionInfo(requests)) answers.push(messageResponse?.$case);
    expect(answers).toEqual(['fileDescriptorResponse', 'errorResponse']);
    await loopback.close();
  });
});

describe('a deadline', () => {
  it('passes from the call being served to those made for it, with the request id', async () => {
    const seen: Pick<CallContext, 'deadline' | 'requestId'>[] = [];
    const behind = await startLoopback([
      es9Plus({
        handleNotification: async (_request, { deadline, requestId }) => {
          seen.push({ deadline, requestId });
          return {};
        },
      }),
    ]);
    const front = await startLoopback([
      es9Plus({
        handleNotification: async (request, context) => {
          seen.push(context);
          return behind.asTerminal().client(Es9PlusService).handleNotification(request, { context, timeoutMs: 60_000 });
        },
      }),
    ]);
    const request = { pendingNotification: Buffer.alloc(3) };
    await front.asTerminal().client(Es9PlusService).handleNotification(request, { timeoutMs: 5_000 });
    const [outer, inner] = seen;
    expect(inner?.requestId).toBe(outer?.requestId);
    // A deadline travels as the time that is left, so what a busy machine takes on the way is added to it.
    expect(Number(inner?.deadline)).toBeLessThan(Number(outer?.deadline) + 20_000);
    expect(Number(inner?.deadline)).toBeGreaterThan(Number(outer?.deadline) - 1_000);
    await front.close();
    await behind.close();
  });

  it('of the caller ends the work of the handler too', async () => {
    let initiate: HandlersOf<typeof Es9PlusService>['initiateAuthentication'] = async () => Promise.reject();
    const ended = new Promise((resolve) => {
      initiate = async (_request, { signal }) => {
        await once(signal, 'abort');
        resolve(signal.reason);
        throw signal.reason;
      };
    });
    const loopback = await startLoopback([es9Plus({ initiateAuthentication: (...call) => initiate(...call) })]);
    const client = loopback.asTerminal().client(Es9PlusService);
    // Opens the connection, so that the deadline is spent in the handler.
    await client
      .cancelSession({ transactionId: Buffer.alloc(1), cancelSessionResponse: Buffer.alloc(3) })
      .catch(() => {});
    await expect(client.initiateAuthentication(initiateAuthentication, { timeoutMs: 400 })).rejects.toMatchObject({
      status: 'DEADLINE_EXCEEDED',
    });
    // The caller gives up at that moment, and the server hears of it just before or after its own clock says so.
    await expect(ended).resolves.toMatchObject({
      reason: expect.stringMatching(/^(DEADLINE_EXCEEDED|CALL_CANCELLED)$/),
    });
    await loopback.close();
  });

  it('is given to a call that brings none, and ends it', async () => {
    let reason: unknown;
    const loopback = await startLoopback(
      [
        es9Plus({
          initiateAuthentication: async (_request, { signal, deadline }) => {
            expect(deadline).toBeInstanceOf(Date);
            await once(signal, 'abort');
            reason = signal.reason;
            throw reason;
          },
        }),
      ],
      { defaultDeadlineMs: 50 },
    );
    const client = loopback.asTerminal({ timeoutMs: Number.POSITIVE_INFINITY }).client(Es9PlusService);
    await expect(client.initiateAuthentication(initiateAuthentication)).rejects.toMatchObject({
      status: 'DEADLINE_EXCEEDED',
      remote: true,
    });
    expect(reason).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    await loopback.close();
  });

  it('that is too near is refused at once, here and there', async () => {
    let called = false;
    const handleNotification = async () => {
      called = true;
      return {};
    };
    const loopback = await startLoopback([es9Plus({ handleNotification })], { minimumRemainingMs: 60_000 });
    const client = loopback.asTerminal().client(Es9PlusService);
    const request = { pendingNotification: Buffer.alloc(3) };
    await expect(client.handleNotification(request)).rejects.toMatchObject({
      reason: 'DEADLINE_TOO_SHORT',
      remote: true,
    });
    const context = { deadline: new Date(), signal: new AbortController().signal, requestId: 'x' };
    await expect(client.handleNotification(request, { context })).rejects.toMatchObject({
      reason: 'DEADLINE_TOO_SHORT',
      remote: false,
    });
    expect(called).toBe(false);
    await loopback.close();
  });
});
