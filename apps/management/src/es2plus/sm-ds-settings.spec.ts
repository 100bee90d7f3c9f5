import fc from 'fast-check';
import { readSmDsServers } from './sm-ds-settings.ts';

const plain = { address: 'smds.example.com' };

describe('the setting of the SM-DSs of an SM-DP+', () => {
  it('names any number of them', () => {
    expect(readSmDsServers([])).toEqual([]);
    const all = [
      { address: 'smds.example.com', connectTo: '127.0.0.1:8443', credentials: 'sgp26', forwardingIndicator: true },
      { address: 'smds.example.com:8443' },
    ];
    expect(readSmDsServers(all)).toEqual(all);
  });

  it.each<[unknown, RegExp]>([
    [{}, /^must be a JSON list of/],
    [['smds.example.com'], /^\[0\] must be \{"address"/],
    [[plain, { address: 'https://smds.example.com' }], /^\[1\] address must be a domain name$/],
    [[{ ...plain, connectTo: '127.0.0.1' }], /connectTo must be host:port$/],
    [[{ ...plain, credentials: '' }], /credentials must be the name of a set$/],
    [[{ ...plain, forwardingIndicator: 'yes' }], /forwardingIndicator must be true or false$/],
    [[{ ...plain, forward: true }], /has no setting forward;/],
    [[plain, { address: 'SMDS.Example.com.' }], /^must have smds.example.com once$/],
  ])('is refused with what it must be: %j', (value, message) => {
    expect(() => readSmDsServers(value)).toThrow(message);
  });

  it('is refused with a sentence whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          for (const { address } of readSmDsServers(value)) expect(address.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ message: expect.stringMatching(/must|has no setting/) });
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});
