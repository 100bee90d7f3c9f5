import fc from 'fast-check';
import { hex } from '../testing/vectors.ts';
import { classOnChannel, StoreDataAssembly, storeDataCommands } from './store-data.ts';

describe('STORE DATA', () => {
  it('carries a short command in one last block', () => {
    expect(storeDataCommands(hex('BF2000'), 1)).toEqual([hex('81E2910003BF2000')]);
  });

  it('numbers the blocks and marks the last one', () => {
    const headers = storeDataCommands(new Uint8Array(600)).map((apdu) => apdu.subarray(0, 5));
    expect(headers).toEqual([hex('80E21100FF'), hex('80E21101FF'), hex('80E291025A')]);
    expect(() => storeDataCommands(new Uint8Array(65_281))).toThrow(RangeError);
  });

  it('goes on every channel there can be', () => {
    expect([0, 3, 4, 19].map((channel) => classOnChannel(0x80, channel))).toEqual([0x80, 0x83, 0xc0, 0xcf]);
    expect([0, 3, 4, 19].map((channel) => classOnChannel(0x00, channel))).toEqual([0x00, 0x03, 0x40, 0x4f]);
    expect(() => classOnChannel(0x00, 20)).toThrow(RangeError);
    expect(storeDataCommands(hex('BF2000'), 7)).toEqual([hex('C3E2910003BF2000')]);
  });

  it('comes together again on the card, whatever the size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 16, max: 255 }), (command, size) => {
        const assembly = new StoreDataAssembly();
        const results = storeDataCommands(command, 0, size).map((apdu) =>
          assembly.add(apdu[2] ?? 0, apdu[3] ?? 0, apdu.subarray(5)),
        );
        expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
        expect(Buffer.compare(results.at(-1) ?? hex('FF'), command)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused out of order, and starts anew with block 0', () => {
    const assembly = new StoreDataAssembly();
    expect(() => assembly.add(0x91, 1, hex('00'))).toThrow(RangeError);
    assembly.add(0x11, 0, hex('AA'));
    expect(() => assembly.add(0x91, 2, hex('00'))).toThrow(RangeError);
    expect(() => assembly.add(0x80, 0, hex('00'))).toThrow(RangeError);
    assembly.add(0x11, 0, hex('AA'));
    assembly.add(0x11, 0, hex('BB'));
    expect(assembly.add(0x91, 1, hex('CC'))).toEqual(hex('BBCC'));
  });
});
