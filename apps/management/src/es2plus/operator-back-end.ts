import { readFileSync } from 'node:fs';
import type { SmDpPlusKeys } from '@tegata/pki';
import { connectRsp, es2plusOperator, type RspConnection } from '@tegata/rsp-http';
import type { ManagementConfig } from '../config.ts';

/** Time for one try; between tries the outbox waits by itself. */
const timeoutMs = 10_000;

/**
 * The way to the operator's back end, over HTTPS with the mutual TLS of this server's service certificate.
 * @returns undefined where none is configured
 * @throws Error for a file of the settings that can't be read
 */
export function connectOperator(
  { operatorBackEnd, operatorBackEndRoots, operatorBackEndConnectTo }: ManagementConfig,
  { service, oid }: SmDpPlusKeys,
): RspConnection | undefined {
  if (operatorBackEnd === '') return undefined;
  return connectRsp({
    address: operatorBackEnd,
    ...(operatorBackEndConnectTo !== '' && { connectTo: operatorBackEndConnectTo }),
    roots: operatorBackEndRoots === '' ? service.roots : readFileSync(operatorBackEndRoots, 'utf8'),
    identity: service,
    requester: oid,
    timeoutMs,
    retry: { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 },
  });
}

/** ES2+ as the operator serves it. */
export const operatorClient = (connection: RspConnection) => connection.client(es2plusOperator);
