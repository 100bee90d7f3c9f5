import type { ServiceImplementation } from '@tegata/service-kit';
import { pathOf, type RspFunction, type RspInterface } from '../binding/rsp-function.ts';

/** An interface that a listener serves, with its handlers. */
export interface ServedInterface {
  readonly interface: RspInterface;
  readonly service: ServiceImplementation;
  /**
   * Where two interfaces have the same path: whether a request is for this one. They are asked in order, and the last
   * gets what no other wants.
   */
  readonly accepts?: (functionName: string, request: object) => boolean;
}

/** A function at its path. */
export interface ServedFunction {
  readonly rspFunction: RspFunction;
  /** Path of the gRPC method whose handler serves it. */
  readonly method: string;
  readonly server: RspInterface['server'];
  readonly requestHeader: boolean;
  /** Whether a request is for this function and not for the next one at the path; undefined for the last. */
  readonly accepts: ((request: object) => boolean) | undefined;
}

/**
 * The functions of some interfaces by their path; several at one path have requests of the same members.
 *
 * @throws TypeError for a function without handler, and for a path that two interfaces claim without saying which of
 * them gets a request
 */
export function servedFunctions(
  interfaces: readonly ServedInterface[],
): ReadonlyMap<string, readonly ServedFunction[]> {
  const functions = new Map<string, readonly ServedFunction[]>();
  for (const { interface: rspInterface, service, accepts } of interfaces) {
    const { server, requestHeader } = rspInterface;
    for (const [name, rspFunction] of Object.entries(rspInterface.functions)) {
      const path = pathOf(rspInterface, name);
      const method = rspFunction.method?.path;
      if (method === undefined || !service.methods.some(({ definition }) => definition.path === method)) {
        throw new TypeError(`${path} has no handler`);
      }
      const before = functions.get(path) ?? [];
      if (before.some((each) => each.accepts === undefined)) throw new TypeError(`${path} is served twice`);
      const acceptsRequest = accepts && ((request: object) => accepts(name, request));
      functions.set(path, [...before, { rspFunction, method, server, requestHeader, accepts: acceptsRequest }]);
    }
  }
  return functions;
}
