import * as authentication from '@tegata/contracts/authentication-v1';
import * as euicc from '@tegata/contracts/euicc-v1';
import * as gsmaRsp from '@tegata/contracts/gsma-rsp-v2';
import * as management from '@tegata/contracts/management-v1';
import * as operations from '@tegata/contracts/operations-v1';
import * as relay from '@tegata/contracts/relay-v1';
import * as terminal from '@tegata/contracts/terminal-v1';
import type { ServiceDefinition } from '@tegata/service-kit';

/** Reads and writes one message type, as ts-proto generates it. */
export interface MessageCodec {
  readonly $type: string;
  decode(octets: Uint8Array): object;
}

const generated: readonly unknown[] = [authentication, euicc, gsmaRsp, management, operations, relay, terminal].flatMap(
  (module) => Object.values(module),
);

/** Every generated service definition. */
export const generatedServices: readonly ServiceDefinition[] = generated.filter(isServiceDefinition);

/** Every generated message codec, by full type name. */
export const generatedCodecs: ReadonlyMap<string, MessageCodec> = new Map(
  generated.filter(isMessageCodec).map((codec) => [codec.$type, codec]),
);

function isServiceDefinition(value: unknown): value is ServiceDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const members: unknown[] = Object.values(value);
  return (
    members.length > 0 && members.every((member) => typeof member === 'object' && member !== null && 'path' in member)
  );
}

function isMessageCodec(value: unknown): value is MessageCodec {
  return typeof value === 'object' && value !== null && '$type' in value && 'decode' in value;
}
