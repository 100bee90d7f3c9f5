import type { MethodDefinition } from '@tegata/service-kit';
import type { Members } from './members.ts';

/** A gRPC method with these messages. */
export type MethodOf<Request extends object, Answer extends object> = MethodDefinition & {
  readonly requestDeserialize: (octets: Buffer) => Request;
  readonly responseDeserialize: (octets: Buffer) => Answer;
};

/** A function of the JSON binding (SGP.22 section 6.5.2): one declaration, used by servers and clients alike. */
export interface RspFunction<Request extends object = object, Answer extends object = object> {
  readonly request: Members<Request>;
  /** Members of the answer beside the header; undefined for a notification, which is answered 204 without a body. */
  readonly answer: Members<Answer> | undefined;
  /** The same function in gRPC, whose handler serves it; undefined where only the JSON binding has it. */
  readonly method: MethodOf<Request, Answer> | undefined;
  /** Whether doing it twice does no more than once, so that it may be tried again when the answer did not arrive. */
  readonly repeatable: boolean;
}

/** An interface of the JSON binding. */
export interface RspInterface<F extends RspFunctions = RspFunctions> {
  /** Name in the path of its functions: `es9plus`. */
  readonly path: string;
  /** Who serves it; tells the subject of refusals that are about the server itself. */
  readonly server: 'SM-DP+' | 'SM-DS' | 'Operator';
  /** Whether requests have a header that names requester and call: all interfaces but those of an LPA. */
  readonly requestHeader: boolean;
  readonly functions: F;
}

/** Functions by name. */
export type RspFunctions = Readonly<Record<string, RspFunction>>;

/** The message of a function's request. */
export type RequestOfFunction<F> = F extends RspFunction<infer Request, infer _Answer> ? Request : never;
/** The message of a function's answer. */
export type AnswerOfFunction<F> = F extends RspFunction<infer _Request, infer Answer> ? Answer : never;

/** The path that a function is called at: `/gsma/rsp2/es9plus/initiateAuthentication`. */
export function pathOf({ path }: Pick<RspInterface, 'path'>, functionName: string): string {
  return `/gsma/rsp2/${path}/${functionName}`;
}
