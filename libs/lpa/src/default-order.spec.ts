import type { Device } from './common-mutual-authentication.ts';
import { offerOfDefaultSmdp } from './default-order.ts';
import { FakeEuicc } from './testing/fake-euicc.ts';
import { FakeSmdp } from './testing/fake-smdp.ts';

const device: Device = { tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11), deviceCapabilities: {} };
const address = 'rsp.aozora.example';

function arrange(matchingId: string) {
  const es10b = new FakeEuicc();
  const smdp = new FakeSmdp(address);
  smdp.matchingId = matchingId;
  return { es10b, smdp, parties: { es10b, es10c: es10b, es9Plus: smdp, device } };
}

describe('an order at the default SM-DP+', () => {
  it('is told by its metadata, and stays: the session is put off before the eUICC prepares anything', async () => {
    const { es10b, smdp, parties } = arrange('');
    expect(await offerOfDefaultSmdp(parties, address)).toMatchObject({ profileName: 'Aozora Mobile' });
    expect(smdp.cancelled).toEqual(['postponed']);
    expect(es10b.requests.prepareDownload).toBeUndefined();
    expect(es10b.loaded).toEqual([]);
  });

  it('is asked for again and again without using it up', async () => {
    const { smdp, parties } = arrange('');
    await offerOfDefaultSmdp(parties, address);
    expect(await offerOfDefaultSmdp(parties, address)).toMatchObject({ profileName: 'Aozora Mobile' });
    expect(smdp.cancelled).toEqual(['postponed', 'postponed']);
  });

  it('that is not there is a refusal of the SM-DP+', async () => {
    const { parties } = arrange('EVENT-1');
    await expect(offerOfDefaultSmdp(parties, address)).rejects.toMatchObject({
      subjectCode: '8.2.6',
      reasonCode: '3.8',
    });
  });
});
