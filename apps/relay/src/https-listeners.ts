import { Es9PlusService, Es11Service, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import { type AuthenticatingServer, isSameServerAddress } from '@tegata/rsp';
import {
  configuredListener,
  es9plus,
  es11,
  es11UnderEs9plus,
  es12,
  es15,
  type HttpsListenerSetting,
  type RspListener,
  type ServedInterface,
} from '@tegata/rsp-http';
import { type ServiceDefinition, type ServiceImplementation, serviceName, type TlsIdentity } from '@tegata/service-kit';
import type { RelayContext } from './context.ts';

/** Interfaces of the relay that HTTPS listeners can serve; ES11 under its own path and that of ES9+. */
export const httpsInterfaces = ['es11', 'es12', 'es15', 'es9plus'] as const;
export type HttpsInterface = (typeof httpsInterfaces)[number];

/**
 * The HTTPS listeners of the relay, on the handlers of its gRPC services. Where a listener serves both ES11 and ES9+, the
 * address and the session tell which of them a request under the path of ES9+ is for.
 *
 * @throws Error for a file of a setting that can't be used, and for an interface without handlers
 */
export function httpsListeners(
  settings: readonly HttpsListenerSetting<HttpsInterface>[],
  services: readonly ServiceImplementation[],
  context: Pick<RelayContext, 'smDs' | 'begunSessions'>,
  identityOf: (credentials: string | undefined) => TlsIdentity,
): RspListener[] {
  const implementation = (name: string): ServiceImplementation => {
    const found = services.find((service) => service.name === name);
    if (found === undefined)
      throw new Error(`${name} is not served by this relay; leave it out of the HTTPS listeners`);
    return found;
  };
  const serve = (names: readonly HttpsInterface[], credentials: string | undefined): ServedInterface[] => {
    const accepts = (_functionName: string, request: object) => isOwn(request, context.smDs(credentials), context);
    const interfaces: readonly (Omit<ServedInterface, 'service'> & {
      name: HttpsInterface;
      definition: ServiceDefinition;
    })[] = [
      { name: 'es11', interface: es11, definition: Es11Service },
      {
        name: 'es11',
        interface: es11UnderEs9plus,
        definition: Es11Service,
        // What asks first is the SM-DS: the rest is carried on.
        ...(names.includes('es9plus') && { accepts }),
      },
      { name: 'es9plus', interface: es9plus, definition: Es9PlusService },
      { name: 'es12', interface: es12, definition: Es12Service },
      { name: 'es15', interface: es15, definition: Es12Service },
    ];
    return interfaces
      .filter(({ name }) => names.includes(name))
      .map(({ definition, name: _name, ...each }) => ({ ...each, service: implementation(serviceName(definition)) }));
  };
  return settings.map((setting) =>
    configuredListener(setting, identityOf, (names) => serve(names, setting.credentials)),
  );
}

/** Whether a request of mutual authentication is for the SM-DS itself: names it, or a session that was begun with it, however long ago. */
function isOwn(request: object, smDs: AuthenticatingServer, { begunSessions }: Pick<RelayContext, 'begunSessions'>) {
  if ('smdpAddress' in request) return isSameServerAddress(String(request.smdpAddress), smDs.address);
  return 'transactionId' in request && begunSessions.read(request.transactionId as Uint8Array, smDs) !== undefined;
}
