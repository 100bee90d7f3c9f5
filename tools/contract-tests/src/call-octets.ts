import type { DescMethod } from '@bufbuild/protobuf';
import { methodPath } from '@tegata/contracts';
import { type Connection, decodeServiceError, type ServiceError } from '@tegata/service-kit';

/** How a call ended: with a refusal, with OK, or still going on, which only streamed responses may. */
export type Outcome = ServiceError | 'OK' | 'OPEN';

/** Time within which a server must have answered, in milliseconds; a busy machine included. */
const answerWithinMs = 20_000;
/** Streamed responses that have not begun by then are taken to wait for something to happen. */
const openAfterMs = 250;

/**
 * Calls a method with octets for its request, whatever they are, and says how that ended.
 * @param owed `refusal` when nothing but a refusal is right: streamed responses are then waited for like any answer, and
 * a busy server that takes its time is not taken for one that waits.
 */
export async function callOctets(
  connection: Connection,
  method: DescMethod,
  octets: Uint8Array,
  owed: 'refusal' | 'any outcome',
): Promise<Outcome> {
  const requestStream = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
  const responseStream = method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming';
  const asIs = (value: Uint8Array) => Buffer.from(value);
  const client = connection.client({
    call: {
      path: methodPath(method),
      requestStream,
      responseStream,
      requestSerialize: asIs as (value: never) => Buffer,
      requestDeserialize: asIs,
      responseSerialize: asIs as (value: never) => Buffer,
      responseDeserialize: asIs,
    },
  });
  const call = client.call as (request: unknown, options: { timeoutMs: number }) => unknown;
  const request = requestStream ? [octets] : octets;
  try {
    if (responseStream) {
      const responses = call(request, {
        timeoutMs: owed === 'refusal' ? answerWithinMs : openAfterMs,
      }) as AsyncGenerator<object>;
      await responses.next();
      await responses.return(undefined);
    } else await call(request, { timeoutMs: answerWithinMs });
    return 'OK';
  } catch (thrown) {
    const error = decodeServiceError(thrown);
    return responseStream && error.status === 'DEADLINE_EXCEEDED' ? 'OPEN' : error;
  }
}
