/** The shapes of ts-proto's grpc-js service definitions, and what can be read off them. */

/** A method as ts-proto generates it. */
export interface MethodDefinition {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: never) => Buffer;
  readonly requestDeserialize: (octets: Buffer) => object;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (octets: Buffer) => object;
}

/** A service as ts-proto generates it, such as `Es9PlusService`. */
export type ServiceDefinition = Readonly<Record<string, MethodDefinition>>;

/** Request message of a method. */
export type RequestOf<M extends MethodDefinition> = ReturnType<M['requestDeserialize']>;

/** Response message of a method. */
export type ResponseOf<M extends MethodDefinition> = ReturnType<M['responseDeserialize']>;

/** Full name of the service a definition belongs to: `gsma.rsp.v2.Es9Plus`. */
export function serviceName(definition: ServiceDefinition): string {
  const [method] = Object.values(definition);
  const name = method?.path.split('/')[1];
  if (name === undefined) throw new Error('a service definition needs a method');
  return name;
}
