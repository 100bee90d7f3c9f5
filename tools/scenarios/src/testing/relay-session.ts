import { Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import { answeredChallenge } from '@tegata/rsp-http/testing';
import type { Connection } from '@tegata/service-kit';
import type { Device } from './device.ts';

/** Authenticates a device to the relay over ES11, as any LPA would; gives the session's transactionId. */
export async function relaySession(device: Device, relay: Connection, address: string): Promise<Buffer> {
  const es11 = relay.client(Es11Service);
  const answer = await answeredChallenge(device.euicc, es11, { address });
  await es11.authenticateClient(answer);
  return answer.transactionId;
}
