import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadLpaTrust } from '@tegata/pki';
import { EUICCInfo1 } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';
import { TerminalNetwork } from './terminal-network.ts';

describe('the network of a terminal', () => {
  let network: TestNetwork;
  let euiccInfo1: Uint8Array;
  const loaded = async () => {
    const terminal = new TerminalNetwork(network.networkFile);
    await terminal.load(euiccInfo1);
    return terminal;
  };

  beforeAll(async () => {
    network = await makeTestNetwork();
    const { cis } = await loadLpaTrust(network.pki);
    const known = cis.map(ciKeyIdentifier);
    euiccInfo1 = EUICCInfo1.encode({
      svn: '2.2.2',
      euiccCiPKIdListForVerification: known,
      euiccCiPKIdListForSigning: known,
    });
  });
  afterAll(() => network.remove());

  it('has the root of those who open sealed documents, and says where it has none', async () => {
    const terminal = await loaded();
    expect(terminal.identityRoot.subject).toBeDefined();
    terminal.close();

    rmSync(join(network.pki, 'identity'), { recursive: true });
    const withoutIdentity = await loaded();
    expect(withoutIdentity.tlsRoots.length).toBeGreaterThan(0);
    expect(() => withoutIdentity.identityRoot).toThrow(expect.objectContaining({ code: 'IDENTITY_PKI_MISSING' }));
    withoutIdentity.close();
  });
});
