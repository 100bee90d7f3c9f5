import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { adminProgram } from '@tegata/admin';
import { ContractState, ProfileOrdersService, ProfileRow } from '@tegata/contracts/management-v1';
import { ContractPhase, DownloadConsent, DownloadOrder, DownloadRequest } from '@tegata/contracts/terminal-v1';
import { Database } from '@tegata/database';
import { readDataGroup1 } from '@tegata/emrtd';
import { networkPaths, serverNames } from '@tegata/network';
import { readSecretKeyFile } from '@tegata/operations';
import { SAMPLE_PEOPLE } from '@tegata/sample-applicant';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import { CaFolder, issueCard } from '@tegata/test-identity-ca';
import { cardPin } from './testing/card-holder.ts';
import { applicant, apply, contractDesk, Device, reasonOf, submissionWithDocuments } from './testing/device.ts';
import { filesBelow } from './testing/leaks.ts';
import { Person } from './testing/person.ts';
import { Secrets } from './testing/secrets.ts';
import { TestNetwork } from './testing/test-network.ts';

const { identity } = SAMPLE_PEOPLE[0]!;
/** Somebody whose name is written as most names of applicants are. */
const resident = {
  familyName: '秘密山',
  givenName: '渚',
  birthDate: { year: 1988, month: 11, day: 23 },
  address: '東京都千代田区内緒町三丁目9-8',
};
const day = ({ year, month, day }: typeof resident.birthDate) =>
  [year, month, day].map((part) => `${part}`.padStart(2, '0'));
const wrongPassword = 'not the password of anybody';

/**
 * Programs at their most talkative, and what happens to people: accepted, looked at, refused, giving up, and what was never an application. In the
 * end nothing that is anybody's, and no key, is in what they have written.
 */
describe('in what the programs write', () => {
  let network: TestNetwork;
  let folder: string;
  let pictures: string;
  const secrets = new Secrets();
  /** A server writes none; a terminal writes its own. */
  const eids = new Secrets();
  const people: Person[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tegata-logs-'));
    const ca = CaFolder.create(join(folder, 'ca'), new Date());
    const { familyName, givenName, birthDate, address } = resident;
    const holder = {
      name: `${familyName}　${givenName}`,
      birthDate: day(birthDate).join('-'),
      sex: 'F',
      address,
    } as const;
    issueCard(ca, holder, cardPin, join(folder, 'card'), new Date());
    await mkdir(join(folder, 'trusted'));
    await writeFile(join(folder, 'trusted', 'ca.cer'), ca.ca.parts.certificate);
    await writeFile(join(folder, 'trusted', 'ca.crl'), ca.ca.revocationList([], new Date()));
    pictures = await renderApplicant('holder');
    const trace = { TEGATA_LOG_LEVEL: 'trace' };
    network = await TestNetwork.start({
      ...{ 'management/aozora': trace, 'management/minato': trace, relay: trace },
      authentication: {
        ...trace,
        TEGATA_PICTURE_ANALYSIS: 'at-start',
        TEGATA_DOCUMENT_IMAGES: 'review',
        TEGATA_CSCA_FOLDER: join(pictures, 'csca'),
        TEGATA_PERSON_CA_FOLDER: join(folder, 'trusted'),
      },
    });
    for (const { familyName, givenName, birthDate, address } of [applicant, resident]) {
      secrets.text('family name', familyName).text('given name', givenName).text('address', address);
      const [year, month, date] = day(birthDate) as [string, string, string];
      secrets.text('date of birth', `${year}-${month}-${date}`).text('date of birth', `${year}${month}${date}`);
    }
    secrets.text('password', Person.password).text('password', wrongPassword).text('PIN of a card', cardPin);
  }, 400_000);

  afterAll(async () => {
    for (const person of people) await person.leave();
    await network?.stop();
    for (const made of [folder, pictures]) if (made) await rm(made, { recursive: true, force: true });
  }, 60_000);

  async function arrives(shown: Parameters<typeof Person.arrive>[1]): Promise<Person> {
    const person = await Person.arrive(network, shown);
    people.push(person);
    secrets.text('reset code', person.resetCode);
    eids.text('EID', (await person.terminal.lpa.getEuicc({})).eid);
    return person;
  }

  /** Secrets of the applications that a terminal has open. */
  async function rememberApplications({ folder: of }: Person): Promise<void> {
    const records = join(of, 'state', 'contracts');
    for (const name of await readdir(records)) {
      const { contractToken, dataAcquisitionKey } = JSON.parse(await readFile(join(records, name), 'utf8')) as Record<
        string,
        string | undefined
      >;
      for (const [what, hex] of Object.entries({ contractToken, dataAcquisitionKey })) {
        if (hex) secrets.octets(what, Buffer.from(hex, 'hex'));
      }
    }
  }

  async function review<T>(...args: string[]): Promise<T> {
    let printed = '';
    const program = adminProgram((text) => {
      printed += text;
    });
    await program.parseAsync([
      'node',
      'tegata-admin',
      '--network',
      network.network.networkFile,
      '--json',
      'review',
      ...args,
    ]);
    return JSON.parse(printed) as T;
  }

  it('is somebody who applies with pictures, is looked at, attaches, and shows a second carrier what was certified', async () => {
    const framesDirectory = pictures;
    const person = await arrives({ framesDirectory, documentFile: join(pictures, 'document.jpg') });
    expect(await reasonOf(person.terminal.localUser.verifyLocalAuthentication({ password: wrongPassword }))).not.toBe(
      '',
    );
    expect(await reasonOf(person.apply('aozora'))).toBe('UNDER_REVIEW');
    await rememberApplications(person);
    const frames = (await readdir(join(pictures, 'straight'))).map((frame) => `straight/${frame}`);
    for (const file of ['document.jpg', 'chip/EF_DG2.bin', ...frames]) {
      secrets.octets(`picture ${file}`, await readFile(join(pictures, file)));
    }
    const [waiting] = await review<{ verification: string }[]>('list');
    const { claim } = await review<{ claim: string }>('show', waiting!.verification);
    const reason = 'a scar on the chin';
    secrets.octets('claim', Buffer.from(claim, 'hex')).text("reviewer's reason", reason);
    await review('accept', waiting!.verification, '--claim', claim, '--reason', reason);
    while ((await person.resume().catch(({ reason: why }) => why)) === 'UNDER_REVIEW') {
      await new Promise((again) => setTimeout(again, 250));
    }
    expect((await person.terminal.lpa.attach({})).iccid).not.toBe('');
    const record = await person.apply('minato', undefined, undefined, undefined, ['family_name', 'birth_date']);
    expect([record?.phase, record?.identityVerification]).toEqual([ContractPhase.COMPLETE, false]);
    const wanted = { password: Person.password, successorEid: (await Device.manufactured(network.pki)).eid };
    secrets.text('transfer code', (await person.terminal.lpa.transferCertificate(wanted)).transferCode);
  });

  it('is somebody whose chip is another person’s, and who gives up', async () => {
    const chipDirectory = join(pictures, 'chip');
    const { lines } = readDataGroup1(await readFile(join(chipDirectory, 'EF_DG1.bin')), new Date());
    for (const line of lines) secrets.text('line of a machine readable zone', line);
    secrets.text('document number', identity.documentNumber);
    const person = await arrives({ chipDirectory, framesDirectory: pictures });
    const named = { ...applicant, familyName: 'Anderswoher' };
    secrets.text('family name', named.familyName);
    expect(await reasonOf(person.apply('aozora', undefined, undefined, named))).toBe('DOCUMENTS_REFUSED');
    await rememberApplications(person);
    const { contract } = await person.terminal.contracts.cancel({ contractId: '' });
    expect(contract?.state).toBe(ContractState.CANCELLED);
  });

  it('is somebody whose card signs for them', async () => {
    const person = await arrives({ publicKeyDirectory: join(folder, 'card'), publicKeyPin: cardPin });
    const record = await person.apply('minato', undefined, undefined, resident);
    expect(record?.phase).toBe(ContractPhase.COMPLETE);
  });

  it('is a profile that is bought with a confirmation code, right and wrong', async () => {
    const code = 'kakunin-4711';
    const wrong = 'kakunin-0815';
    secrets.text('confirmation code', code).text('confirmation code', wrong);
    const row = ProfileRow.fromPartial({ rowKey: 'logs-1', order: { confirmationCode: code } });
    const broken = { ...row, rowKey: 'logs-2', ki: randomBytes(3) };
    const stock = (await network.asOperator('management/aozora')).client(ProfileOrdersService);
    const rows = [row, broken].map((each) => ({ item: { $case: 'row' as const, value: each } }));
    let matchingId = '';
    for await (const { outcome } of stock.importProfiles(rows)) {
      if (outcome?.$case !== 'profile') continue;
      const { ki, opc, puk1, puk2, adm1, order } = outcome.value;
      secrets.octets('Ki', ki).octets('OPc', opc);
      for (const digits of [puk1, puk2, adm1]) secrets.text('PUK', digits);
      matchingId = order?.matchingId ?? '';
    }
    const person = people[0]!;
    const download = async (confirmationCode: string) => {
      const answers = new PassThrough({ objectMode: true });
      const say = (request: DownloadRequest['request']) => answers.write(DownloadRequest.fromPartial({ request }));
      const smdpAddress = network.topology.carriers.find(({ name }) => name === 'aozora')!.address;
      say({ $case: 'order', value: DownloadOrder.fromPartial({ smdpAddress, matchingId }) });
      for await (const { response } of person.terminal.lpa.download(answers)) {
        if (response?.$case === 'offered') say({ $case: 'consent', value: DownloadConsent.INSTALL });
        if (response?.$case === 'confirmationCodeNeeded') say({ $case: 'confirmationCode', value: confirmationCode });
      }
      answers.end();
    };
    expect(await reasonOf(download(wrong))).toMatch(/CONFIRMATION_CODE/);
    await download(code);
  });

  it('is what was never an application', async () => {
    const device = await Device.manufactured(network.pki);
    eids.text('EID', device.eid);
    const aozora = network.asTerminal('management/aozora');
    const recipient = network.trust.authenticationEncryption;
    const submit = async (change: object) => {
      const contract = await apply(aozora);
      secrets.octets('contract token', contract.contractToken);
      const request = await submissionWithDocuments(device, contract, recipient);
      const { contract: after } = await contractDesk(aozora).submitContractInformation({ ...request, ...change });
      throw Object.assign(new Error(), { reason: after?.stepUpReasons[0]?.code });
    };
    expect(await reasonOf(submit({}))).toBe('DOCUMENT_FORMAT_NOT_ACCEPTED');
    const address = applicant.address.repeat(20);
    expect(await reasonOf(submit({ applicant: { ...applicant, address } }))).toBe('FIELD_INVALID');
    const localAuthenticationAssertion = Buffer.from(`${device.eid} ${applicant.familyName}`.repeat(3));
    expect(await reasonOf(submit({ localAuthenticationAssertion }))).toBe('ASSERTION_MALFORMED');
    const text = `{"transactionId": "${Person.password}", "${applicant.familyName}": ${applicant.address}`;
    expect(await posted('/gsma/rsp2/es9plus/getBoundProfilePackage', text)).toBe(400);
    expect(await posted('/gsma/rsp2/es9plus/noFunction', text)).toBe(404);
  });

  it('nothing of theirs, and no key', async () => {
    const { keys, logs } = networkPaths(network.topology.directory);
    await secrets.privateKeysBelow(network.pki);
    for (const name of await readdir(keys)) secrets.octets(`vault key ${name}`, await readFile(join(keys, name)));
    for (const carrier of ['aozora', 'minato']) {
      const { vault } = readSecretKeyFile(join(keys, `management-${carrier}.key`));
      const url = await network.databaseUrl(`management/${carrier}`);
      const database = new Database({ url, applicationName: 'spec', maxConnections: 1 });
      const subscribers = await database.query<{ imsi: string; keys: Uint8Array }>(
        'SELECT imsi, keys FROM subscription',
      );
      for (const { imsi, keys: sealed } of subscribers) {
        const opened = await vault.open(`subscription:${imsi}:keys`, sealed);
        secrets.octets('Ki', opened.subarray(0, 16)).octets('OPc', opened.subarray(16));
      }
      const profiles = await database.query<{ iccid: string; codes: Uint8Array }>('SELECT iccid, codes FROM profile');
      for (const { iccid, codes } of profiles) {
        // PIN 1 and PIN 2 have four digits, which stand in any time; the rest of a line that had them is looked for.
        const words = Buffer.from(await vault.open(`profile:${iccid}:codes`, codes))
          .toString('ascii')
          .split(' ');
        for (const word of words) if (word.length >= 8) secrets.text('PUK', word);
      }
      await database.close();
    }
    const found: [string, string[]][] = [];
    for (const server of serverNames(network.topology)) {
      const log = await readFile(join(logs, `${server.replace('/', '-')}.log`), 'utf8');
      expect(log.length).toBeGreaterThan(2_000);
      found.push([server, [...secrets.foundIn(log), ...eids.foundIn(log)]]);
    }
    for (const person of people) {
      const log = await filesBelow(person.folder, '.log');
      expect(log.length).toBeGreaterThan(500);
      found.push(['terminal', secrets.foundIn(log)]);
    }
    expect(found.filter(([, what]) => what.length > 0)).toEqual([]);
    expect(found).toHaveLength(4 + people.length);
  }, 60_000);

  /** The status by which an SM-DP+ answers a text that is no message. */
  function posted(path: string, text: string): Promise<number> {
    const { ports, carriers } = network.topology;
    return new Promise((done, fail) => {
      const call = httpsRequest(
        {
          ...{ host: '127.0.0.1', port: ports['management/aozora']?.https, path, method: 'POST' },
          ca: network.trust.tlsRoots,
          servername: carriers.find(({ name }) => name === 'aozora')?.address,
          headers: { 'content-type': 'application/json', 'x-admin-protocol': 'gsma/rsp/v2.2.0' },
        },
        (answer) => {
          answer.resume();
          done(answer.statusCode ?? 0);
        },
      );
      call.on('error', fail);
      call.end(text);
    });
  }
});
