import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { HealthService, HealthCheckResponse_ServingStatus as ServingStatus } from '@tegata/contracts/grpc-health-v1';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService, WatchContractResponse } from '@tegata/contracts/management-v1';
import { loopbackServerName, startLoopback } from './testing/index.ts';
import { contractDesk, contractName, es9Plus, initiateAuthentication } from './testing/sample-services.ts';

/** Something a test waits for, settled from elsewhere. */
function deferred(): { readonly promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const notification = { pendingNotification: Buffer.alloc(3) };

describe('a server that stops', () => {
  it('says so first, lets a call in progress finish, and takes no new one', async () => {
    const [arrived, finish] = [deferred(), deferred()];
    const handleNotification = async () => {
      arrived.resolve();
      await finish.promise;
      return {};
    };
    const loopback = await startLoopback([es9Plus({ handleNotification })]);
    const health = loopback.asTerminal().client(HealthService);
    const watching = health.watch({ service: '' });
    expect((await watching.next()).value).toEqual({ status: ServingStatus.SERVING });

    const client = loopback.asTerminal().client(Es9PlusService);
    const inProgress = client.handleNotification(notification);
    await arrived.promise;
    const stopped = loopback.server.stop();
    await expect(watching.next()).rejects.toMatchObject({ reason: 'SERVER_STOPPING' });
    const late = loopback.asTerminal({ retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 } });
    await expect(late.client(Es9PlusService).handleNotification(notification)).rejects.toMatchObject({
      status: 'UNAVAILABLE',
    });
    finish.resolve();
    await expect(inProgress).resolves.toEqual({});
    await stopped;
    await loopback.close();
  });

  it('ends streams that would not end by themselves, with a word that lets the caller come back', async () => {
    let reason: unknown;
    const watchContract = async function* (_request: unknown, { signal }: { signal: AbortSignal }) {
      yield WatchContractResponse.create();
      await once(signal, 'abort');
      reason = signal.reason;
    };
    const loopback = await startLoopback([contractDesk({ watchContract })]);
    const watching = loopback.asTerminal().client(ContractDeskService).watchContract(contractName);
    await watching.next();
    const next = watching.next();
    await Promise.all([
      expect(next).rejects.toMatchObject({ status: 'UNAVAILABLE', reason: 'SERVER_STOPPING' }),
      loopback.server.stop(),
    ]);
    expect(reason).toMatchObject({ reason: 'SERVER_STOPPING' });
    await loopback.close();
  });

  it('does not wait for ever for a call that hangs, nor for a caller that keeps its connection', async () => {
    const arrived = deferred();
    const initiate = async () => {
      arrived.resolve();
      return new Promise<never>(() => {});
    };
    const loopback = await startLoopback([es9Plus({ initiateAuthentication: initiate })], { stopWithinMs: 50 });
    const open = connectHttp2(`https://${loopback.addresses.tls}`, {
      ca: loopback.pki.roots,
      servername: loopbackServerName,
    });
    open.on('error', () => {});
    // A request that is begun and never ended.
    const begun = open.request({
      ':method': 'POST',
      ':path': '/gsma.rsp.v2.Es9Plus/HandleNotification',
      'content-type': 'application/grpc',
    });
    begun.on('error', () => {});
    await once(open, 'connect');
    const hanging = loopback.asTerminal().client(Es9PlusService).initiateAuthentication(initiateAuthentication);
    await arrived.promise;
    const cutOff = new Promise((resolve) => open.once('close', () => resolve('cut off')));
    const [outcome] = await Promise.allSettled([hanging, loopback.server.stop()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'SERVER_STOPPING' } });
    expect(await Promise.race([cutOff, delay(3_000, 'still open', { ref: false })])).toBe('cut off');
    open.destroy();
    await loopback.close();
  });
});

describe('health', () => {
  it('is told per service and for all, and a change is told at once', async () => {
    const loopback = await startLoopback([es9Plus()]);
    const health = loopback.asTerminal().client(HealthService);
    await expect(health.check({ service: '' })).resolves.toEqual({ status: ServingStatus.SERVING });
    await expect(health.check({ service: 'no.Such' })).rejects.toMatchObject({ status: 'NOT_FOUND' });
    const watching = health.watch({ service: 'gsma.rsp.v2.Es9Plus' });
    expect((await watching.next()).value).toEqual({ status: ServingStatus.SERVING });
    loopback.server.setHealth(false, 'gsma.rsp.v2.Es9Plus');
    expect((await watching.next()).value).toEqual({ status: ServingStatus.NOT_SERVING });
    await watching.return(undefined);
    expect((await health.list({})).statuses).toEqual({
      '': { status: ServingStatus.SERVING },
      'gsma.rsp.v2.Es9Plus': { status: ServingStatus.NOT_SERVING },
    });
    const unknown = health.watch({ service: 'no.Such' });
    expect((await unknown.next()).value).toEqual({ status: ServingStatus.SERVICE_UNKNOWN });
    await unknown.return(undefined);
    await loopback.close();
  });
});
