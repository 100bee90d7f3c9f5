import { type DescMethod, type DescService, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { methodPath } from '@tegata/contracts';
import { ServerReflectionRequest, ServerReflectionService } from '@tegata/contracts/grpc-reflection-v1';
import { type Caller, type Connection, callerLabel, ServiceError } from '@tegata/service-kit';
import fc from 'fast-check';
import { arbitraryOctets } from './arbitrary-message.ts';
import { callOctets, type Outcome } from './call-octets.ts';
import { sampleMessage } from './sample-message.ts';
import { violatingMessages } from './violating-messages.ts';

/** A caller and its connection. */
export interface Calling {
  readonly caller: Caller;
  readonly connection: Connection;
}

/** Above this a message may be refused for its size before its fields are looked at. */
const surelyTaken = 64 * 1024;

/** What reflection does not tell of a service; empty when it tells all. */
export async function reflectionProblems(connection: Connection, service: DescService): Promise<string[]> {
  const ask = async (messageRequest: ServerReflectionRequest['messageRequest']) => {
    const client = connection.client(ServerReflectionService);
    const answers = client.serverReflectionInfo([ServerReflectionRequest.create({ messageRequest })]);
    return (await answers.next()).value?.messageResponse;
  };
  const list = await ask({ $case: 'listServices', value: '' });
  const listed = list?.$case === 'listServicesResponse' ? list.value.service : [];
  if (!listed.some(({ name }) => name === service.typeName)) return [`${service.typeName} is not listed`];
  const found = await ask({ $case: 'fileContainingSymbol', value: service.typeName });
  if (found?.$case !== 'fileDescriptorResponse') return [`${service.typeName} is listed and not described`];
  const files = found.value.fileDescriptorProto.map((octets) => fromBinary(FileDescriptorProtoSchema, octets));
  const described = files.flatMap((file) => file.service).find(({ name }) => name === service.name);
  return service.methods
    .filter((method) => !described?.method.some(({ name }) => name === method.name))
    .map((method) => `${methodPath(method)} is not described`);
}

/** Strangers that a method does not refuse as such. */
export async function callerProblems(method: DescMethod, strangers: readonly Calling[]): Promise<string[]> {
  const octets = toBinary(method.input, sampleMessage(method.input));
  const problems: string[] = [];
  for (const { caller, connection } of strangers) {
    const outcome = await callOctets(connection, method, octets, 'refusal');
    if (!isRefusal(outcome, 'CALLER_NOT_ALLOWED')) problems.push(`${callerLabel(caller)} got ${describe(outcome)}`);
  }
  return problems;
}

/** Violated rules that are not refused, or refused without naming the field; and a good message refused as if it had one. */
export async function fieldRuleProblems(method: DescMethod, { connection }: Calling): Promise<string[]> {
  const problems: string[] = [];
  const sample = await callOctets(
    connection,
    method,
    toBinary(method.input, sampleMessage(method.input)),
    'any outcome',
  );
  if (isRefusal(sample, 'FIELD_INVALID') || isFaultOfServer(sample)) {
    problems.push(`a message that satisfies the rules got ${describe(sample)}`);
  }
  for (const { path, fault, message } of violatingMessages(method.input)) {
    const octets = toBinary(method.input, message);
    const outcome = await callOctets(connection, method, octets, 'refusal');
    if (octets.length > surelyTaken && isRefusal(outcome, 'MESSAGE_TOO_LARGE')) continue;
    const named = outcome instanceof ServiceError && outcome.fieldViolations.some(({ field }) => field === path);
    if (!isRefusal(outcome, 'FIELD_INVALID') || !named) problems.push(`${path}, ${fault}: got ${describe(outcome)}`);
  }
  return problems;
}

/** Octets that a method does not survive with a proper status. Stops at the first, reduced to what it needs. */
export async function hostileMessageProblems(
  method: DescMethod,
  { connection }: Calling,
  runs: number,
): Promise<string[]> {
  const property = fc.asyncProperty(arbitraryOctets(method.input), async (octets) => {
    const outcome = await callOctets(connection, method, octets, 'any outcome');
    if (isFaultOfServer(outcome)) throw new Error(`${Buffer.from(octets).toString('hex')} got ${describe(outcome)}`);
  });
  const result = await fc.check(property, { numRuns: runs, endOnFailure: false });
  if (!result.failed) return [];
  return [result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)];
}

function isRefusal(outcome: Outcome, reason: string): boolean {
  return outcome instanceof ServiceError && outcome.reason === reason;
}

/** Statuses that blame the server, and no status at all: whatever was sent, a server answers better than that. */
function isFaultOfServer(outcome: Outcome): boolean {
  if (!(outcome instanceof ServiceError)) return false;
  const { status, reason } = outcome;
  return ['UNKNOWN', 'INTERNAL', 'DATA_LOSS', 'DEADLINE_EXCEEDED'].includes(status) || reason === 'SERVER_UNREACHABLE';
}

function describe(outcome: Outcome): string {
  return outcome instanceof ServiceError ? `${outcome.status} (${outcome.reason}: ${outcome.message})` : outcome;
}
