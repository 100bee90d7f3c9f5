import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCarrier, readNetworkFile } from './network-file.ts';

const good = {
  carriers: { aozora: { address: 'rsp.aozora.example', plmn: '00101' }, minato: { address: 'rsp.minato.example' } },
  relay: 'relay.tegata.example',
  endpoints: { 'RSP.Aozora.example': '127.0.0.1:7443' },
  services: { relay: '127.0.0.1:7447' },
  pki: 'pki',
};

describe('a network file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tegata-network-file-'));
  const path = join(folder, 'network.json');
  const read = (content: unknown) => {
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readNetworkFile(path);
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it('says where carriers and relay are, and where the PKI is beside it', () => {
    const network = read(good);
    expect(network.carriers.map(({ name }) => name)).toEqual(['aozora', 'minato']);
    expect(network.endpoints.get('rsp.aozora.example')).toBe('127.0.0.1:7443');
    expect(network.pki).toBe(join(folder, 'pki'));
    expect(findCarrier(network, 'aozora').plmn).toBe('00101');
  });

  it('names a relay or none', () => {
    expect(read(good).relay).toBe('relay.tegata.example');
    expect(read({ ...good, relay: undefined }).relay).toBeUndefined();
  });

  it('names the carriers there are when another is asked for', () => {
    expect(() => findCarrier(read(good), 'hikari')).toThrow(/aozora, minato/);
  });

  it.each([
    ['is not JSON', '{', 'not JSON'],
    ['has no carriers', { ...good, carriers: undefined }, 'carriers'],
    ['has a carrier without address', { ...good, carriers: { aozora: {} } }, 'carriers.aozora.address'],
    ['has an address that is none', { ...good, relay: 'relay tegata' }, 'relay'],
    ['has an endpoint without port', { ...good, endpoints: { 'a.example': 'localhost' } }, 'endpoints["a.example"]'],
    ['has a PLMN that is none', { ...good, carriers: { a: { address: 'a.example', plmn: '1' } } }, 'carriers.a.plmn'],
  ])('that %s is refused with what is wrong', (_what, content, named) => {
    expect(() => read(content)).toThrow(expect.objectContaining({ code: 'NETWORK_FILE_INVALID' }));
    expect(() => read(content)).toThrow(named);
  });

  it('that is not there is told by its path', () => {
    const missing = join(folder, 'nowhere.json');
    expect(() => readNetworkFile(missing)).toThrow(expect.objectContaining({ code: 'NETWORK_FILE_NOT_FOUND' }));
    expect(() => readNetworkFile(missing)).toThrow(missing);
  });
});
