import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestPki } from '@tegata/service-kit/testing';
import fc from 'fast-check';
import { configuredListener } from './configured-listener.ts';
import { readHttpsListeners } from './listener-settings.ts';
import { fingerprintOf } from './pinned-clients.ts';

const read = readHttpsListeners(['es9plus', 'es2plus']);
const lpa = { address: '127.0.0.1:8443', serves: ['es9plus'] };
const operator = {
  address: '[::1]:8444',
  serves: ['es2plus'],
  clients: [{ caller: 'operator/aozora', certificate: '/etc/back-end.pem' }],
};

describe('the setting of HTTPS listeners', () => {
  it('has any number of listeners, each with clients of its own', () => {
    expect(read([])).toEqual([]);
    expect(read([{ ...lpa, credentials: 'sgp26' }, operator])).toEqual([
      { ...lpa, credentials: 'sgp26' },
      { ...operator, clients: [{ caller: { role: 'operator', name: 'aozora' }, certificate: '/etc/back-end.pem' }] },
    ]);
  });

  it.each<[unknown, RegExp]>([
    [{}, /^must be a JSON list/],
    [[null], /^\[0\] must be/],
    [[{ ...lpa, address: '8443' }], /^\[0\] address must be host:port$/],
    [[lpa, { ...lpa, serves: [] }], /^\[1\] serves must be a list of es9plus, es2plus$/],
    [[{ ...lpa, serves: ['es12'] }], /serves must be a list of/],
    [[{ ...lpa, port: 1 }], /^\[0\] has no setting port/],
    [[{ ...lpa, credentials: '' }], /credentials must be a text/],
    [[{ ...operator, clients: undefined }], /clients must say who may call es2plus$/],
    [[{ ...operator, clients: [] }], /clients must be a list that is not empty/],
    [[{ ...operator, serves: ['es2plus', 'es9plus'] }], /serves an LPA, which has no client certificate/],
    [[{ ...operator, clients: [{ caller: 'terminal/x', certificate: 'x' }] }], /caller of a client must be/],
    [[{ ...operator, clients: [{ caller: 'operator/aozora' }] }], /either certificate, a file, or sha256/],
    [[{ ...operator, clients: [{ caller: 'operator/a', sha256: 'ab' }], clientRoots: 'x' }], /64 hexadecimal digits/],
    [[{ ...operator, clients: [{ caller: 'operator/a', sha256: 'ab'.repeat(32) }] }], /clientRoots must be given/],
  ])('is refused with what it must be: %j', (value, message) => {
    expect(() => read(value)).toThrow(message);
  });

  it('is refused with a sentence whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          for (const { serves } of read(value)) expect(serves.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ message: expect.stringMatching(/must|has no setting|serves/) });
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
    );
  });

  it('names clients by file or by digest', async () => {
    const pki = await makeTestPki();
    const identity = await pki.issue({ dnsNames: ['smdp.example.com'] });
    const folder = mkdtempSync(join(tmpdir(), 'tegata-listeners-'));
    const [certificate, clientRoots] = [join(folder, 'client.pem'), join(folder, 'roots.pem')];
    writeFileSync(certificate, identity.certificateChain);
    writeFileSync(clientRoots, pki.roots);
    const sha256 = fingerprintOf(identity.certificateChain);
    expect(sha256).toMatch(/^[0-9A-F]{64}$/);
    const settings = read([
      { ...operator, clients: [{ caller: 'operator/aozora', certificate }] },
      { ...operator, clientRoots, credentials: 'sgp26', clients: [{ caller: 'operator/aozora', sha256 }] },
    ]);
    const asked: unknown[] = [];
    const listeners = settings.map((setting) =>
      configuredListener(
        setting,
        (credentials) => {
          asked.push(credentials);
          return identity;
        },
        () => [],
      ),
    );
    const pinned = [{ caller: { role: 'operator', name: 'aozora' }, sha256 }];
    expect(listeners.map(({ clients }) => clients)).toEqual([
      { roots: identity.certificateChain, pinned },
      { roots: pki.roots, pinned },
    ]);
    expect([asked, listeners.map(({ name }) => name)]).toEqual([
      [undefined, 'sgp26'],
      [undefined, 'sgp26'],
    ]);
    rmSync(folder, { recursive: true });
    const [first] = settings;
    expect(
      () =>
        first &&
        configuredListener(
          first,
          () => identity,
          () => [],
        ),
    ).toThrow(`${certificate} can not be read`);
  });

  it('takes the TLS certificates of servers alone where servers call, and any that is pinned elsewhere', async () => {
    const sha256 = 'AB'.repeat(32);
    const readAll = readHttpsListeners(['es2plus', 'es12', 'es15']);
    const folder = mkdtempSync(join(tmpdir(), 'tegata-listeners-'));
    const clientRoots = join(folder, 'roots.pem');
    writeFileSync(clientRoots, (await makeTestPki()).roots);
    const rolesOf = (...serves: string[]) => {
      const clients = [{ caller: 'management/aozora', sha256 }];
      const [setting] = readAll([{ address: '127.0.0.1:0', serves, clients, clientRoots }]);
      if (setting === undefined) throw new Error('no setting');
      const identity = { certificateChain: '', privateKey: '' };
      return configuredListener(
        setting,
        () => identity,
        () => [],
      ).clients?.roles;
    };
    expect(rolesOf('es12')).toEqual(['DPtls']);
    expect(rolesOf('es15')).toEqual(['DStls']);
    expect(rolesOf('es12', 'es15')).toEqual(['DPtls', 'DStls']);
    expect(rolesOf('es2plus')).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
