import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { adminProgram } from '@tegata/admin';
import {
  describeNetwork,
  freePorts,
  loopback,
  networkPaths,
  prepareNetwork,
  programOf,
  ServerProcess,
  serverDatabase,
  serverEnvironment,
  smDpPlusAlone,
  type Topology,
} from '@tegata/network';
import { type Certificate, eidWithCheckDigits } from '@tegata/x509';
import {
  euiccSubject,
  iin,
  issueEuicc,
  issueEum,
  issueServer,
  newTestCi,
  type TestKey,
  testKey,
} from '@tegata/x509/testing';

const vectors = resolve(import.meta.dirname, '../../../../shared/vectors/sgp22/certs');
const describeWithVectors = existsSync(vectors) || process.env.CI === 'true' ? describe : describe.skip;
const terminal = resolve(import.meta.dirname, '../../../apps/terminal/bin/tegata.mjs');
const acceptTestCis = { TEGATA_ACCEPT_TEST_CIS: 'yes' };
const sgp26Eid = '89049032123451234512345678901235';
const brainpoolEid = eidWithCheckDigits(`${iin}2222222222222222222222`);

/**
 * docs/foreign-pki.md, as commands: an SM-DP+ alone and an SM-DS, each a process, with sets of two PKIs made elsewhere, and terminals whose eUICCs
 * come from these.
 */
describeWithVectors('under the certificates of others', () => {
  let folder: string;
  let topology: Topology;
  const servers: ServerProcess[] = [];

  const admin = async (...words: string[]) => {
    let printed = '';
    const program = adminProgram((text) => {
      printed += text;
    });
    const { networkFile } = networkPaths(folder);
    await program.parseAsync(['node', 'tegata-admin', '--network', networkFile, '--json', ...words]);
    return JSON.parse(printed);
  };
  const pki = (...words: string[]) => admin('pki', ...words, '--directory', networkPaths(folder).pki);

  /** `tegata --json` with the eUICC of this EID. */
  const tegata = async (eid: string, ...words: string[]) => {
    const options = ['--state', join(folder, eid), '--network', networkPaths(folder).networkFile, '--json'];
    const env = { ...process.env, ...acceptTestCis, TEGATA_EUICC_EID: eid, NODE_OPTIONS: '' };
    const { stdout } = await promisify(execFile)(process.execPath, [terminal, ...options, ...words], { env });
    return JSON.parse(stdout);
  };

  const sgp26 = async (...patterns: RegExp[]) =>
    (await readdir(vectors))
      .filter((name) => patterns.some((each) => each.test(name)))
      .map((name) => join(vectors, name));

  async function importSgp26(set: string, dpAddress: string, dsAddress: string): Promise<void> {
    await pki('import', ...(await sgp26(/_(CI|EUM|EUICC)_ECDSA_NIST\./)), '--set', set);
    await pki('import', ...(await sgp26(/_SM_DP(auth|pb)_ECDSA_NIST\./)), '--set', set, '--carrier', 'aozora');
    await pki('issue', 'DPtls', '--set', set, '--server', 'aozora', '--address', dpAddress, '--oid', '2.999.10');
    await pki(
      'issue',
      'DSauth',
      'DStls',
      '--set',
      set,
      '--server',
      'relay',
      '--address',
      dsAddress,
      '--oid',
      '2.999.15',
    );
  }

  /** A CI, an EUM, an eUICC and an SM-DP+ with its TLS, all on brainpoolP256r1. */
  async function importBrainpool(set: string, dpAddress: string): Promise<void> {
    const curve = 'brainpoolP256r1';
    const ci = await newTestCi(curve);
    const [eumKey, euiccKey] = [testKey(curve), testKey(curve)];
    const eum = await issueEum(eumKey, ci);
    const euicc = await issueEuicc(
      euiccKey,
      { certificate: eum, key: eumKey },
      { subject: euiccSubject(brainpoolEid) },
    );
    const made: [string, Certificate, TestKey][] = [
      ['ci', ci.certificate, ci.key],
      ['eum', eum, eumKey],
      ['euicc', euicc, euiccKey],
    ];
    for (const role of ['DPauth', 'DPpb', 'DPtls'] as const) {
      const key = testKey(curve);
      const registeredIds = ['2.999.21'];
      const subjectAltName = role === 'DPtls' ? { registeredIds, dnsNames: [dpAddress] } : { registeredIds };
      made.push([role, await issueServer(role, key, ci, { subjectAltName }), key]);
    }
    const files: string[] = [];
    await mkdir(join(folder, 'brainpool'));
    for (const [name, certificate, { privateKey }] of made) {
      const [der, pem] = [join(folder, 'brainpool', `${name}.der`), join(folder, 'brainpool', `${name}.pem`)];
      await writeFile(der, certificate.raw);
      await writeFile(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      files.push(der, pem);
    }
    await pki('import', ...files, '--set', set, '--carrier', 'aozora');
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tegata-foreign-'));
    await prepareNetwork(await describeNetwork(folder, freePorts));
    await importSgp26('default', 'rsp.aozora.example', 'relay.tegata.example');
    await importSgp26('sgp26', 'testsmdpplus1.example.com', 'testrootsmds.example.com');
    await importBrainpool('brainpool', 'smdp.brainpool.example');
    topology = await describeNetwork(folder, freePorts);
    await prepareNetwork(topology);
    const postgresUrl = process.env.TEGATA_TEST_POSTGRES ?? '';
    const prefix = `test_${randomBytes(6).toString('hex')}`;
    const start = async (server: string, more: Readonly<Record<string, string>> = {}) => {
      const env = await serverEnvironment(topology, server, await serverDatabase(postgresUrl, server, prefix));
      const log = join(networkPaths(folder).logs, `${server.replace('/', '-')}.log`);
      servers.push(await ServerProcess.start(server, programOf(server), { ...env, ...acceptTestCis, ...more }, log));
    };
    const smDs = { address: topology.relayAddress, connectTo: loopback(topology.ports.relay?.httpsMutual) };
    const alone = { ...smDpPlusAlone, TEGATA_SM_DS: JSON.stringify([smDs]) };
    await Promise.all([start('relay'), start('management/aozora', alone)]);
  });
  afterAll(async () => {
    await Promise.all(servers.map((each) => each.stop()));
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const orderState = async (iccid: string) => (await admin('order', 'show', iccid, '--carrier', 'aozora')).state;

  it('the SGP.26 eUICC downloads by activation code from a listener that shows SGP.26 alone', async () => {
    const { iccid } = await admin('order', 'create', '--carrier', 'aozora', '--no-qr', '--matching-id', 'SGP26');
    const code = 'LPA:1$testsmdpplus1.example.com$SGP26$2.999.10';
    expect(await tegata(sgp26Eid, 'profile', 'download', '--yes', '--activation-code', code)).toMatchObject({ iccid });
    expect(await orderState(iccid)).toBe('installed');
  });

  it('the SGP.26 eUICC finds its profile at the SM-DS, by the set that adds to the own certificates', async () => {
    const { iccid } = await admin(
      ...['order', 'create', '--carrier', 'aozora', '--no-qr', '--eid', sgp26Eid, '--smds', 'relay.tegata.example'],
    );
    const { downloaded } = await tegata(sgp26Eid, 'profile', 'discover', '--yes');
    expect(downloaded).toMatchObject([{ iccid }]);
    expect(await orderState(iccid)).toBe('installed');
  });

  it('the SM-DS that shows SGP.26 alone answers the SGP.26 eUICC', async () => {
    const found = await tegata(sgp26Eid, 'profile', 'discover', '--smds', 'testrootsmds.example.com');
    expect(found).toMatchObject({ smdsAddress: 'testrootsmds.example.com', events: [] });
  });

  it('an eUICC on brainpoolP256r1 downloads over TLS on brainpoolP256r1, and tells of it', async () => {
    const { iccid } = await admin('order', 'create', '--carrier', 'aozora', '--no-qr', '--matching-id', 'BRP');
    const code = 'LPA:1$smdp.brainpool.example$BRP';
    expect(await tegata(brainpoolEid, 'profile', 'download', '--yes', '--activation-code', code)).toMatchObject({
      iccid,
    });
    expect(await orderState(iccid)).toBe('installed');
    await tegata(brainpoolEid, 'profile', 'enable', iccid);
    const log = await readFile(join(networkPaths(folder).logs, 'management-aozora.log'), 'utf8');
    expect(log).toContain(`"iccid":"${iccid}","event":"enable","msg":"notification"`);
  });
});
