import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { LocalKeyEncryptionKey } from './key-encryption-key.ts';
import { Vault } from './vault.ts';

const octets = fc.uint8Array({ maxLength: 300 });
const place = fc.string({ maxLength: 40 });
const key = (id: string) => new LocalKeyEncryptionKey(id, randomBytes(32));

describe('a vault', () => {
  const current = key('2026-02');
  const vault = new Vault({ current });

  it('opens what it sealed, in its place', () =>
    fc.assert(
      fc.asyncProperty(place, octets, async (where, plaintext) => {
        const sealed = await vault.seal(where, plaintext);
        expect(Buffer.compare(await vault.open(where, sealed), plaintext)).toBe(0);
        const { wrappedKey, ciphertext } = await vault.sealApart(where, plaintext);
        expect(Buffer.compare(await vault.openApart(where, wrappedKey, ciphertext), plaintext)).toBe(0);
      }),
    ));

  it('opens nothing in another place', () =>
    fc.assert(
      fc.asyncProperty(place, place, octets, async (here, there, plaintext) => {
        fc.pre(here !== there);
        await expect(vault.open(there, await vault.seal(here, plaintext))).rejects.toMatchObject({ code: 'TAMPERED' });
      }),
    ));

  it('opens nothing that was changed in a single bit, or cut', async () => {
    const sealed = await vault.seal('row', Buffer.from('a name'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(vault.open('row', changed)).rejects.toMatchObject({
        code: expect.stringMatching(/^(TAMPERED|MALFORMED|UNKNOWN_KEY)$/),
      });
    }
    for (let length = 0; length < sealed.length; length++) {
      await expect(vault.open('row', sealed.subarray(0, length))).rejects.toMatchObject({ name: 'VaultError' });
    }
  });

  it('does not open one value with the key of another in the same place', async () => {
    const [first, second] = [await vault.sealApart('row', Buffer.of(1)), await vault.sealApart('row', Buffer.of(2))];
    const mixed = vault.openApart('row', first.wrappedKey, second.ciphertext);
    await expect(mixed).rejects.toMatchObject({ code: 'TAMPERED' });
  });

  it('never seals the same octets the same way, nor shows them', async () => {
    const name = Buffer.from('Yamada Hanako');
    const [first, second] = [await vault.seal('row', name), await vault.seal('row', name)];
    expect(Buffer.compare(first, second)).not.toBe(0);
    expect(Buffer.from(first).includes(name)).toBe(false);
  });

  it('has erased a value whose wrapped key is gone', async () => {
    const { ciphertext } = await vault.sealApart('row', Buffer.from('a photo'));
    await expect(vault.openApart('row', null, ciphertext)).rejects.toMatchObject({ code: 'ERASED' });
    await expect(vault.open('row', null)).rejects.toMatchObject({ code: 'ERASED' });
  });

  it('opens under a former key, and wraps again under the current one without touching the value', async () => {
    const sealed = await vault.seal('row', Buffer.from('a name'));
    const next = key('2027-01');
    await expect(new Vault({ current: next }).open('row', sealed)).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
    const changing = new Vault({ current: next, former: [current] });
    expect(Buffer.from(await changing.open('row', sealed)).toString()).toBe('a name');
    const again = await changing.rewrap('row', sealed);
    expect(Buffer.from(await new Vault({ current: next }).open('row', again)).toString()).toBe('a name');
    expect(await changing.rewrap('row', again)).toEqual(again);
    await expect(changing.rewrap('another row', sealed)).rejects.toMatchObject({ code: 'TAMPERED' });
  });

  it('is the same octet for octet with the same randomness', async () => {
    const counting = () => {
      let next = 0;
      return (length: number) => Uint8Array.from({ length }, () => next++ & 0xff);
    };
    const seal = async () => {
      const random = counting();
      const fixed = new LocalKeyEncryptionKey('k', new Uint8Array(32), random);
      return new Vault({ current: fixed, random }).seal('row', Buffer.from('a name'));
    };
    expect(await seal()).toEqual(await seal());
  });

  it('refuses keys of another size, and names it cannot tell apart or store', () => {
    expect(() => new LocalKeyEncryptionKey('k', new Uint8Array(16))).toThrow(RangeError);
    expect(() => new Vault({ current: key('a'), former: [key('a')] })).toThrow(RangeError);
    expect(() => new Vault({ current: key('ein Schlüssel') })).toThrow(RangeError);
  });
});
