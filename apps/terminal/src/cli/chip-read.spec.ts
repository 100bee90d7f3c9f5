import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stayInReader } from '@tegata/card-reader';
import { missingOfPcsc, OwnPcscd } from '@tegata/card-reader/testing';
import { EmulatedPassport, type EmulatedPassportOptions } from '@tegata/emrtd/emulated-chip';
import { issueChip, testAgreementKey, testCountry, testHolder } from '@tegata/emrtd/testing';
import { readChipFolder } from '../evidence/document-chip.ts';
import { runCli } from './testing/run-cli.ts';

const { documentNumber, birthDate, expiryDate } = testHolder;
const picture = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(9_000)]);
const files = issueChip(testCountry(), { picture });
const pace = [{ cipher: 'aes-128', parameterId: 13 }] as const;
const zone = ['--document-number', documentNumber, '--birth-date', birthDate, '--expiry-date', expiryDate];

const reason = missingOfPcsc();
const describeWithPcsc = reason === undefined ? describe : describe.skip;

describeWithPcsc(`tegata chip read${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let pcscd: OwnPcscd;
  let folder: string;
  beforeEach(async () => {
    pcscd = await OwnPcscd.start();
    folder = mkdtempSync(join(tmpdir(), 'tegata-chip-read-'));
  });
  afterEach(async () => {
    await pcscd.stop();
    rmSync(folder, { recursive: true });
  });

  const out = () => join(folder, 'chip');
  const run = (...args: readonly string[]) =>
    runCli(['chip', 'read', '--json', '--out', out(), ...args], { env: { PCSCLITE_CSOCK_NAME: pcscd.socket } });

  /** Lays an emulated passport on the reader while `work` goes on; `answer` may change what the chip says, or take it away. */
  async function withPassport<T>(
    options: Partial<EmulatedPassportOptions>,
    work: () => Promise<T>,
    answer: (octets: Uint8Array, number: number, remove: () => void) => Uint8Array = (octets) => octets,
  ): Promise<T> {
    const mrz = { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
    const passport = new EmulatedPassport({ files, mrz, can: '123456', random: randomBytes, ...options });
    const removed = new AbortController();
    let number = 0;
    const card = {
      longestCommand: 65_544,
      reset: () => passport.reset(),
      transmit: async (command: Uint8Array) =>
        answer(await passport.transmit(command), number++, () => removed.abort()),
    };
    const staying = stayInReader({ host: '127.0.0.1', port: pcscd.port }, card, {
      ...{ name: 'The passport', signal: removed.signal, tell: () => {}, retryMs: 20 },
    });
    try {
      return await work();
    } finally {
      removed.abort();
      await staying;
    }
  }

  const codeOf = ({ stdout }: { readonly stdout: string }) =>
    (JSON.parse(stdout) as { error?: { code: string } }).error?.code ?? 'read';

  it.each([
    ['BAC and its machine readable zone', {}, zone, 'BAC'],
    ['PACE and its machine readable zone', { pace, bac: false }, zone, 'PACE'],
    ['PACE and its access number', { pace, largestResponse: 4_096 }, ['--can', '123456'], 'PACE'],
  ] as const)('reads the document in the reader with %s', async (_, options, password, access) => {
    const result = await withPassport(options, () => run('--reader', 'tegata', ...password));
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.stdout)).toEqual({ directory: out(), access, chipAuthentication: false });
    expect(readChipFolder(out())).toEqual(
      Object.fromEntries(Object.entries(files).map(([part, octets]) => [part, Buffer.from(octets)])),
    );
    expect(statSync(out()).mode & 0o077).toBe(0);
    expect(statSync(join(out(), 'EF_DG2.bin')).mode & 0o077).toBe(0);
  });

  describe('whose chip has a key of its own', () => {
    const agreementKey = testAgreementKey('aes-128', { curve: 'brainpoolP256r1' });
    const own = { pace, files: issueChip(testCountry(), { picture, agreementKey }) };

    it('shows that it is the one that was issued, over PACE and the reader', async () => {
      const result = await withPassport({ ...own, agreementKey, largestResponse: 4_096 }, () => run(...zone));
      expect(JSON.parse(result.stdout)).toEqual({ directory: out(), access: 'PACE', chipAuthentication: true });
    });

    it('is told from its copy', async () => {
      const copy = await withPassport(own, () => run(...zone));
      expect([codeOf(copy), copy.exitCode]).toEqual(['CHIP_NOT_GENUINE', 5]);
      expect(() => readFileSync(join(out(), 'EF_SOD.bin'))).toThrow('ENOENT');
    });
  });

  it.each([
    ['access number', ['--can', '123457']],
    ['machine readable zone', [...zone.slice(0, -1), '2035-04-01']],
  ])('says when the %s is of another document, and writes nothing', async (_, other) => {
    const result = await withPassport({ pace }, () => run(...other));
    expect([codeOf(result), result.exitCode]).toEqual(['CHIP_ACCESS_DENIED', 5]);
    expect(() => readFileSync(join(out(), 'EF_SOD.bin'))).toThrow('ENOENT');
  });

  const far = 15;
  const takenAway = (octets: Uint8Array, remove: () => void): Uint8Array => {
    remove();
    return octets;
  };
  const changed = (octets: Uint8Array): Uint8Array =>
    Uint8Array.from(octets, (octet, at) => (at === 9 ? octet ^ 1 : octet));
  it.each([
    ['the document was taken away', 'CARD_REMOVED', takenAway],
    ['an answer was changed on the way', 'CHIP_RESPONSE_ALTERED', changed],
  ] as const)('says when %s', async (_, code, change) => {
    const answer = (octets: Uint8Array, number: number, remove: () => void) =>
      number === far ? change(octets, remove) : octets;
    expect(codeOf(await withPassport({}, () => run(...zone), answer))).toBe(code);
  });
});

describe('tegata chip read', () => {
  it('says what is missing where nobody can be asked, and where there is no reader', async () => {
    const env = { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.comm' };
    const asked = await runCli(['chip', 'read', '--json', '--out', '/nowhere'], { env });
    expect(asked).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('--document-number') });
    const none = await runCli(['chip', 'read', '--json', '--out', '/nowhere', ...zone], { env });
    expect(none).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('PCSC_UNAVAILABLE') });
  });
});
