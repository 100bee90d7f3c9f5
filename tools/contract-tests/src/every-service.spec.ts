import type { ConnectionOptions, ServiceDefinition, ServiceImplementation } from '@tegata/service-kit';
import { serviceName, spiffeId } from '@tegata/service-kit';
import { loopbackServer, loopbackServerName, startLoopback } from '@tegata/service-kit/testing';
import { contractSuite } from './contract-suite.ts';
import { generatedServices } from './generated-services.ts';

/** Answers every call of a service with an empty message, when the service kit lets it through. */
function neutral(definition: ServiceDefinition): ServiceImplementation {
  const methods = Object.values(definition).map((method) => {
    const empty = method.responseDeserialize(Buffer.alloc(0));
    const readAll = async (request: unknown) => {
      if (method.requestStream) for await (const _ of request as AsyncIterable<unknown>);
    };
    const answerOnce = async (request: unknown) => {
      await readAll(request);
      return empty;
    };
    const answerMany = async function* (request: unknown) {
      await readAll(request);
      yield empty;
    };
    return { definition: method, handle: method.responseStream ? answerMany : answerOnce };
  });
  return { name: serviceName(definition), methods };
}

// What holds for every server because the service kit does it, for every service, before any server is written.
contractSuite({
  name: 'every service',
  services: generatedServices.map(serviceName),
  operatorName: 'aozora',
  runs: 10,
  async start() {
    const loopback = await startLoopback(generatedServices.map(neutral), { maxMessageOctets: 8 * 1024 * 1024 });
    const { roots } = loopback.pki;
    return {
      async reach(caller): Promise<ConnectionOptions> {
        if (caller.role === 'local') return { address: loopback.addresses.local, security: { kind: 'local' } };
        if (caller.role === 'terminal') {
          return { address: loopback.addresses.tls, security: { kind: 'tls', roots, serverName: loopbackServerName } };
        }
        const identity = await loopback.pki.issue({ uris: [spiffeId(caller)] });
        return {
          address: loopback.addresses.mutualTls,
          security: { kind: 'mutual-tls', roots, server: loopbackServer, identity },
        };
      },
      stop: () => loopback.close(),
    };
  },
});
