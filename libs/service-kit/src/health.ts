import {
  type HealthCheckResponse,
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@tegata/contracts/grpc-health-v1';
import { ServiceError } from './service-error.ts';
import { implement, type ServiceImplementation } from './service-implementation.ts';

/**
 * Standard health (grpc.health.v1). The name '' stands for the whole server. Own code, because the package that
 * publishes the protocol reads its proto file at run time, which a bundled server does not have.
 */
export class Health {
  readonly service: ServiceImplementation;
  readonly #statuses = new Map<string, ServingStatus>();
  readonly #changes = new EventTarget();

  constructor(services: readonly string[]) {
    for (const name of ['', ...services]) this.#statuses.set(name, ServingStatus.NOT_SERVING);
    this.service = implement(HealthService, {
      check: async ({ service }) => ({ status: this.#statusOf(service) }),
      list: async () => ({
        statuses: Object.fromEntries([...this.#statuses].map(([name, status]) => [name, { status }])),
      }),
      watch: ({ service }, { signal }) => this.#watch(service, signal),
    });
  }

  /** Sets one service, or all of them. */
  set(serving: boolean, service?: string): void {
    const status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    for (const name of service === undefined ? [...this.#statuses.keys()] : [service]) this.#statuses.set(name, status);
    this.#changes.dispatchEvent(new Event('change'));
  }

  #statusOf(service: string): ServingStatus {
    const status = this.#statuses.get(service);
    if (status === undefined) {
      throw new ServiceError({
        status: 'NOT_FOUND',
        reason: 'SERVICE_UNKNOWN',
        message: 'This server has no such service.',
      });
    }
    return status;
  }

  /** The status now and at every change; a service that is not known is answered as such, as the protocol asks. */
  async *#watch(service: string, signal: AbortSignal): AsyncGenerator<HealthCheckResponse> {
    let last: ServingStatus | undefined;
    while (!signal.aborted) {
      const changed = nextEvent(this.#changes, signal);
      const status = this.#statuses.get(service) ?? ServingStatus.SERVICE_UNKNOWN;
      if (status !== last) yield { status };
      last = status;
      await changed;
    }
  }
}

function nextEvent(target: EventTarget, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.removeEventListener('change', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    target.addEventListener('change', done);
    signal.addEventListener('abort', done);
  });
}
