import { Es2PlusService, Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import {
  configuredListener,
  es2plus,
  es9plus,
  type HttpsListenerSetting,
  type RspListener,
  type ServedInterface,
} from '@tegata/rsp-http';
import { type ServiceImplementation, serviceName, type TlsIdentity } from '@tegata/service-kit';

/** Interfaces of an SM-DP+ that HTTPS listeners can serve. */
export const httpsInterfaces = ['es9plus', 'es2plus'] as const;
export type HttpsInterface = (typeof httpsInterfaces)[number];

/**
 * The HTTPS listeners of an SM-DP+, on the handlers of its gRPC services.
 * @throws Error for a file of a setting that can't be used
 */
export function httpsListeners(
  settings: readonly HttpsListenerSetting<HttpsInterface>[],
  services: readonly ServiceImplementation[],
  identityOf: (credentials: string | undefined) => TlsIdentity,
): RspListener[] {
  const implementation = (name: string) => services.find((service) => service.name === name) as ServiceImplementation;
  const served: Readonly<Record<HttpsInterface, ServedInterface>> = {
    es9plus: { interface: es9plus, service: implementation(serviceName(Es9PlusService)) },
    es2plus: { interface: es2plus, service: implementation(serviceName(Es2PlusService)) },
  };
  return settings.map((setting) =>
    configuredListener(setting, identityOf, (names) => names.map((name) => served[name])),
  );
}
