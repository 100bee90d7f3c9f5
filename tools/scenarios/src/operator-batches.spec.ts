import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adminProgram } from '@tegata/admin';
import { generateAuthenticationVector, milenage } from '@tegata/aka';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { Euicc } from '@tegata/euicc';
import { aesKeySet, OtaPlatform } from '@tegata/euicc/testing';
import { downloadProfile } from '@tegata/lpa';
import { loadEum, manufactureEuicc } from '@tegata/pki';
import { buildProfilePackage } from '@tegata/profile-package';
import { packIccid, parseActivationCode } from '@tegata/rsp';
import { TestNetwork } from './testing/test-network.ts';

const keysOf = (number: number) => ({ ki: Buffer.alloc(16, number), opc: Buffer.alloc(16, number + 0x80) });
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex').toUpperCase();

const ts48 = fileURLToPath(
  new URL('../../../../shared/vectors/sgp22/upp/TS48v5_SAIP2.3_NoBERTLV.der', import.meta.url),
);
if (!existsSync(ts48) && process.env.CI === 'true') throw new Error('the conformance data is missing, and this is CI');
const itWithSamples = existsSync(ts48) || process.env.CI === 'true' ? it : it.skip;

describe('an operator who comes from keys to activation codes', () => {
  let network: TestNetwork;
  let folder: string;
  let euicc: Euicc;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-operator-'));
    network = await TestNetwork.start({ 'management/aozora': { TEGATA_KEY_EXPORT: 'on' } });
    const made = await manufactureEuicc(await loadEum(network.pki), { random: randomBytes, at: new Date() });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: network.topology.relayAddress };
    euicc = await Euicc.manufacture(material, { directory: join(folder, 'euicc') });
  }, 180_000);

  afterAll(async () => {
    await euicc?.close();
    await network?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const admin = async (...words: string[]): Promise<string> => {
    let printed = '';
    const program = adminProgram((text) => {
      printed += text;
    });
    await program.parseAsync(['node', 'tegata-admin', '--network', network.network.networkFile, ...words]);
    return printed;
  };
  const adminJson = async (...words: string[]) => JSON.parse(await admin('--json', ...words));
  const failure = async (...words: string[]): Promise<string> => {
    try {
      await admin(...words);
      return 'none';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  const download = async (activationCode: string) => {
    const { smdpAddress, matchingId } = parseActivationCode(activationCode);
    const es9Plus = network.asTerminal('management/aozora').client(Es9PlusService);
    const device = { tac: Buffer.from('35000000', 'hex'), deviceCapabilities: {} };
    return downloadProfile(
      { es10b: euicc.es10b, es10c: euicc.es10c, es9Plus, device },
      { smdpAddress, matchingId },
      { consent: async () => 'install' },
    );
  };

  /** The USIM of the enabled profile answers a challenge that was made with these keys. */
  const expectKeys = async (pin1: string, { ki, opc }: ReturnType<typeof keysOf>) => {
    const command = (text: string) => euicc.apdu.transmit(Buffer.from(text.replaceAll(' ', ''), 'hex'));
    await command('00A4040407A000000087100200');
    await command(`0020000108 ${hex(Buffer.from(pin1)).padEnd(16, 'F')}`);
    const { vector } = generateAuthenticationVector(milenage({ k: ki, opc }), { rand: randomBytes(16), lastSqn: 0n });
    const waiting = Buffer.from(await command(`0088008122 10${hex(vector.rand)} 10${hex(vector.autn)}`));
    const answer = waiting.at(-2) === 0x61 ? await command(`00C00000${hex(waiting.subarray(-1))}`) : waiting;
    expect(hex(answer)).toContain(`DB08${hex(vector.xres)}`);
  };

  /** The profile answers packets under the keys of the core network's file, and none under those that TS.48 publishes. */
  const expectOverTheAir = async (row: string, iccid: string) => {
    const key = (identifier: number) =>
      Buffer.from(new RegExp(`A000000151000000/02/0${identifier}/88:([0-9A-F]{32})`).exec(row)?.[1] ?? '', 'hex');
    const readIccid = { tar: 'B00120', script: '00A4000C022FE2 00B000000A', counter: 9 };
    const published = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
    const stranger = await new OtaPlatform(aesKeySet(2, published, published)).send(euicc, readIccid);
    expect(stranger.response?.status).toBe('RC_CC_DS_FAILED');
    const { response } = await new OtaPlatform(aesKeySet(2, key(1), key(2))).send(euicc, readIccid);
    expect(response?.status).toBe('POR_OK');
    expect(hex(response?.data ?? Buffer.alloc(0))).toContain(hex(packIccid(iccid)));
  };

  it('sees what is in a profile package, and its keys only when asked for', async () => {
    const { ki, opc } = keysOf(7);
    const codes = {
      pin1: '1234',
      pin1Enabled: false,
      puk1: '12345678',
      pin2: '5678',
      puk2: '87654321',
      adm1: '11223344',
    };
    const numbers = {
      iccid: '8981001234567890125',
      imsi: '001011234567895',
      mncLength: 2 as const,
      msisdn: '819012345678',
    };
    const file = join(folder, 'profile.der');
    writeFileSync(file, buildProfilePackage({ ...numbers, ...codes, ki, opc, spn: 'Aozora' }));
    const shown = await admin('profile', 'inspect', file);
    expect(shown).toContain('ICCID 8981001234567890125');
    expect(shown).toMatch(/ef-imsi.*001011234567895/);
    expect(shown).toMatch(/ef-spn.*Aozora/);
    expect(shown).not.toContain(hex(ki));
    expect(shown).not.toContain('87654321');
    expect(await admin('profile', 'inspect', file, '--show-secrets')).toContain(hex(ki));
    expect(await failure('profile', 'inspect', join(folder, 'nowhere.der'))).toBe('FILE_UNREADABLE');
    writeFileSync(file, 'no profile package');
    expect(await failure('profile', 'inspect', file)).toBe('PROFILE_PACKAGE_UNREADABLE');
  });

  it('imports a batch, and has keys for the core network and a QR code of each order', async () => {
    const rows = [1, 2, 3].map((number) => {
      const { ki, opc } = keysOf(number);
      return `00101000000${number}001,${hex(ki)},${hex(opc)}`;
    });
    const file = join(folder, 'batch.csv');
    writeFileSync(file, `imsi,ki,opc\n${rows.join('\n')}\n,,\n`);
    const [out, qrDir] = [join(folder, 'core.csv'), join(folder, 'qr')];
    const words = ['profile', 'import', file, '--carrier', 'aozora', '--out', out, '--qr-dir', qrDir];
    expect(await adminJson(...words)).toMatchObject({ imported: 4, imported_before: 0, refused: 0 });
    const core = readFileSync(out, 'utf8').trim().split('\n');
    expect(core[0]).toBe(
      'iccid,imsi,msisdn,ki,opc,algorithm,pin1,puk1,pin2,puk2,adm1,security_domain_keys,eid,matching_id,activation_code',
    );
    expect(core.slice(1, 4).map((line) => line.split(',').slice(3, 5).join(','))).toEqual(
      [1, 2, 3].map((number) => `${hex(keysOf(number).ki)},${hex(keysOf(number).opc)}`),
    );
    expect(statSync(out).mode & 0o077).toBe(0);
    expect(readdirSync(qrDir)).toHaveLength(4);
    expect(await adminJson(...words)).toMatchObject({ imported: 0, imported_before: 4, refused: 0 });
    expect(readFileSync(out, 'utf8').trim().split('\n')).toEqual(core);
  });

  it('has the file of an import that was lost written again, by a server that was set to tell keys', async () => {
    const core = readFileSync(join(folder, 'core.csv'), 'utf8').trim().split('\n');
    const [iccid = '', , , , , , pin1, puk1, pin2, puk2] = core[1]?.split(',') ?? [];
    const out = join(folder, 'again.csv');
    const words = ['--carrier', 'aozora', '--out', out];
    expect(await adminJson('profile', 'export', ...words, '--since', '2000-01-01')).toMatchObject({ exported: 4 });
    expect(readFileSync(out, 'utf8').trim().split('\n').sort()).toEqual([...core].sort());
    expect(statSync(out).mode & 0o077).toBe(0);
    expect(await adminJson('profile', 'export', iccid, ...words)).toMatchObject({ exported: 1 });
    expect(readFileSync(out, 'utf8').trim().split('\n')).toEqual(core.slice(0, 2));
    expect(await failure('profile', 'export', ...words)).toBe('SELECTION_UNCLEAR');
    const elsewhere = ['profile', 'export', '--carrier', 'minato', '--since', '2000-01-01', '--out', out];
    expect(await failure(...elsewhere)).toBe('KEY_EXPORT_OFF');
    expect(await adminJson('profile', 'codes', iccid, '--carrier', 'aozora')).toEqual({
      iccid,
      pin1,
      puk1,
      pin2,
      puk2,
    });
  });

  it('has the profile of a row downloaded, whose USIM answers with the keys of that row', async () => {
    const [, line = ''] = readFileSync(join(folder, 'core.csv'), 'utf8').split('\n');
    const [iccid = '', , , , , , pin1 = ''] = line.split(',');
    const activationCode = line.split(',').at(-1) ?? '';
    expect((await download(activationCode)).iccid).toBe(iccid);
    expect(await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid })).toBe(0);
    await expectKeys(pin1, keysOf(1));
    const { state } = await adminJson('order', 'show', iccid, '--carrier', 'aozora');
    expect(['downloaded', 'installed']).toContain(state);
  });

  itWithSamples(
    'makes profiles of a TS.48 package, which has the keys of the row where its test keys were',
    async () => {
      const { ki, opc } = keysOf(9);
      const [file, out] = [join(folder, 'ts48.csv'), join(folder, 'ts48-core.csv')];
      writeFileSync(file, `iccid,imsi,ki,opc,pin1\n898100155555555555,001010000009901,${hex(ki)},${hex(opc)},4711\n`);
      const words = [
        'profile',
        'import',
        file,
        '--carrier',
        'aozora',
        '--template',
        ts48,
        '--type',
        'ts48',
        '--out',
        out,
      ];
      expect(await adminJson(...words)).toMatchObject({ imported: 1, refused: 0 });
      const [iccid = '', ...values] = (readFileSync(out, 'utf8').split('\n')[1] ?? '').split(',');
      expect((await download(values.at(-1) ?? '')).iccid).toBe(iccid);
      const enabled = await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
      expect(enabled).toBe(0);
      await expectKeys('4711', { ki, opc });
      await expectOverTheAir(values.join(','), iccid);
    },
  );

  it('has in each row what its order is like: policy rules, when it lapses, the event at the SM-DS', async () => {
    const [file, out] = [join(folder, 'orders.csv'), join(folder, 'orders-core.csv')];
    const smds = network.topology.relayAddress;
    writeFileSync(file, `eid,expires,policy,smds,event_id\n${euicc.eid},2099-01-31,ppr2,${smds},EVENT-7\n,,,,\n`);
    const words = ['profile', 'import', file, '--carrier', 'aozora', '--expires', '2098-12-31', '--out', out];
    expect(await adminJson(...words)).toMatchObject({ imported: 2 });
    const iccids = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0] ?? '');
    const [first, second] = await Promise.all(
      iccids.map((iccid) => adminJson('order', 'show', iccid, '--carrier', 'aozora')),
    );
    expect(first).toMatchObject({ event_id: 'EVENT-7', smds_address: smds, expires: '2099-01-31T00:00:00.000Z' });
    expect(second).toMatchObject({ event_id: '', smds_address: '', expires: '2098-12-31T00:00:00.000Z' });
    await adminJson('order', 'cancel', iccids[0] ?? '', '--carrier', 'aozora');
  });

  it('orders one profile, finds it, and ends the order', async () => {
    const [out, svg] = [join(folder, 'one.csv'), join(folder, 'one.svg')];
    const wish = ['--eid', euicc.eid, '--expires', '2099-01-01', '--out', out, '--svg', svg];
    const made = await adminJson('order', 'create', '--carrier', 'aozora', ...wish);
    expect(readFileSync(out, 'utf8')).toContain(made.activation_code);
    expect(readFileSync(svg, 'utf8')).toContain('<svg');
    expect(made).toMatchObject({ state: 'released', eid: euicc.eid, confirmation_code_required: false });
    expect(parseActivationCode(made.activation_code).matchingId).toBe(made.matching_id);
    expect(await admin('order', 'show', made.matching_id, '--carrier', 'aozora')).toContain('█');
    const listed = await adminJson('order', 'list', '--carrier', 'aozora', '--eid', euicc.eid, '--state', 'released');
    expect(listed).toMatchObject([{ iccid: made.iccid }]);
    expect(await adminJson('order', 'expire', made.iccid, '--carrier', 'aozora')).toMatchObject({
      error_reason: 'EXPIRED',
    });
    await expect(download(made.activation_code)).rejects.toMatchObject({ status: 'FAILED_PRECONDITION' });
  });

  it('orders nothing twice under one key, and nothing that there is not', async () => {
    const words = ['order', 'create', '--carrier', 'aozora', '--key', 'letter-17', '--matching-id', 'any id: ä/ö'];
    const [first, again] = [await adminJson(...words), await adminJson(...words)];
    expect(again).toEqual(first);
    expect(first.matching_id).toBe('any id: ä/ö');
    expect(await failure('order', 'create', '--carrier', 'aozora', '--type', 'no-such')).toBe('PROFILE_TYPE_UNKNOWN');
    expect(await failure('order', 'create', '--carrier', 'aozora', '--default-order')).toBe('EID_MISSING');
  });

  it('imports nothing of a file with a bad row, unless the good ones are asked for', async () => {
    const file = join(folder, 'bad.csv');
    writeFileSync(file, 'imsi,pin1\n001010000009001,1234\n001010000009002,12\n');
    expect(await failure('profile', 'import', file, '--carrier', 'aozora')).toBe('BATCH_REFUSED');
    const before = await adminJson('order', 'list', '--carrier', 'aozora');
    const words = ['profile', 'import', file, '--carrier', 'aozora', '--stock', '--skip-bad-rows'];
    expect(await adminJson(...words)).toMatchObject({ imported: 1, refused: 1 });
    expect(await adminJson('order', 'list', '--carrier', 'aozora')).toHaveLength(before.length + 1);
  });

  it('is told all that is taken before anything is imported, by line', async () => {
    const file = join(folder, 'taken.csv');
    writeFileSync(
      file,
      'imsi,matching_id,smds,eid\n' +
        '001010000007001,,,\n001010000007002,FREE-1,,\n001010000009001,any id: ä/ö,,\n001010000007003,,,\n' +
        `001010000007004,,smds.elsewhere.example,${euicc.eid}\n12,,,\n`,
    );
    const words = ['profile', 'import', file, '--carrier', 'aozora'];
    const count = async () => (await adminJson('order', 'list', '--carrier', 'aozora')).length;
    const before = await count();
    for (const way of [['--check'], []]) {
      await expect(admin(...words, ...way)).rejects.toMatchObject({
        code: 'BATCH_REFUSED',
        faults: [
          { line: 4, reason: expect.stringMatching(/IMSI_TAKEN.*MATCHING_ID_IN_USE/) },
          { line: 6, reason: expect.stringContaining('SMDS_INACCESSIBLE') },
          { line: 7, reason: 'imsi is not 6 to 15 digits' },
        ],
        hint: expect.stringContaining('Nothing was imported'),
      });
    }
    expect(await count()).toBe(before);
    expect(await failure(...words, '--check', '--skip-bad-rows')).toBe('BATCH_REFUSED');
    expect(await adminJson(...words, '--skip-bad-rows')).toMatchObject({ imported: 3, refused: 3 });
    expect(await count()).toBe(before + 3);

    const good = join(folder, 'good.csv');
    writeFileSync(good, 'imsi\n001010000007011\n001010000007012\n');
    const check = ['profile', 'import', good, '--carrier', 'aozora', '--check'];
    expect(await adminJson(...check)).toEqual({ to_import: 2, imported_before: 0, refused: 0 });
    expect(await count()).toBe(before + 3);
    expect(await adminJson('profile', 'import', good, '--carrier', 'aozora')).toMatchObject({ imported: 2 });
    expect(await adminJson(...check)).toEqual({ to_import: 0, imported_before: 2, refused: 0 });
  });
});
