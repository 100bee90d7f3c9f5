import { es10bOverApdu } from './es10-over-apdu.ts';

/** A card that gives this answer to every function. */
const cardAnswering = (hex: string) => es10bOverApdu({ execute: async () => Buffer.from(hex, 'hex') });

describe('ES10b of a card', () => {
  it('has no notification where the list is empty, and where the card says that there is none', async () => {
    for (const answer of ['bf2b02a000', 'bf2b03810101']) {
      expect(await cardAnswering(answer).retrieveNotificationsList({ seqNumber: 7 })).toEqual([]);
    }
  });

  it('tells that the card does not give its notifications', async () => {
    const refused = cardAnswering('bf2b0381017f').retrieveNotificationsList();
    await expect(refused).rejects.toMatchObject({ code: 'EUICC_COMMAND_REFUSED' });
  });
});
