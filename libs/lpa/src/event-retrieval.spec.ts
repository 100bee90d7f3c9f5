import { AuthenticateServerResponse } from '@tegata/rsp';
import type { Es11 } from './es11.ts';
import { retrieveEvents } from './event-retrieval.ts';
import { FakeEuicc } from './testing/fake-euicc.ts';
import { FakeSmdp, Refusal } from './testing/fake-smdp.ts';

const device = { tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11), deviceCapabilities: {} };
const waiting = { eventId: 'EVENT-1', rspServerAddress: 'rsp.aozora.example' };

function arrange() {
  const es10b = new FakeEuicc();
  const smds = new FakeSmdp('relay.tegata.example');
  const asked: (string | undefined)[] = [];
  const es11: Es11 = {
    initiateAuthentication: (request) => smds.initiateAuthentication(request),
    authenticateClient: async ({ transactionId, authenticateServerResponse }) => {
      const { kind, value } = AuthenticateServerResponse.decode(authenticateServerResponse);
      if (kind === 'authenticateResponseError') throw new Refusal('8.1', '6.1');
      asked.push(value.euiccSigned1.ctxParams1.matchingId);
      return { transactionId, eventEntries: [waiting] };
    },
  };
  return {
    es10b,
    asked,
    retrieve: (eventId?: string) => retrieveEvents({ es10b, es11, device }, smds.address, eventId),
  };
}

describe('event retrieval', () => {
  it('lists what waits for this eUICC, in a session that can be used further', async () => {
    const { retrieve, asked } = arrange();
    const session = await retrieve();
    expect(session.events).toEqual([waiting]);
    expect(session.transactionId).toHaveLength(16);
    expect(asked).toEqual([undefined]);
  });

  it('can ask for one event', async () => {
    const { retrieve, asked } = arrange();
    await retrieve('EVENT-1');
    expect(asked).toEqual(['EVENT-1']);
  });

  it('stops when the eUICC does not accept the SM-DS', async () => {
    const { es10b, retrieve } = arrange();
    es10b.refusals.authenticateServer = 7;
    await expect(retrieve()).rejects.toMatchObject({ code: 'EUICC_REFUSED_SERVER' });
  });
});
