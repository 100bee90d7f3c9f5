import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubscriptionsService } from '@tegata/contracts/management-v1';
import { ContractPhase } from '@tegata/contracts/terminal-v1';
import { CaFolder, issueCard, serveOcsp } from '@tegata/test-identity-ca';
import { cardHolder, cardPin } from './testing/card-holder.ts';
import { reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** The story of two people with cards that sign, in order. The responder of the CA is asked over HTTP. */
describe('a person who signs with the card of a public certification service', () => {
  let folder: string;
  let ca: CaFolder;
  let responder: Server;
  let network: TestNetwork;
  let person: Person;

  const now = () => new Date();
  const cardOf = (name: string) => issueCard(ca, cardHolder, cardPin, join(folder, name), now());
  const arrive = (card: string) =>
    Person.arrive(network, { publicKeyDirectory: join(folder, card), publicKeyPin: cardPin });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tegata-public-key-'));
    ca = CaFolder.create(join(folder, 'ca'), now());
    responder = await serveOcsp(ca, 0, now);
    await mkdir(join(folder, 'trusted'));
    await writeFile(join(folder, 'trusted', 'ca.cer'), ca.ca.parts.certificate);
    network = await TestNetwork.start({
      authentication: {
        TEGATA_PERSON_CA_FOLDER: join(folder, 'trusted'),
        TEGATA_PERSON_OCSP_URL: `http://127.0.0.1:${(responder.address() as AddressInfo).port}`,
        TEGATA_PERSON_POLICIES: '1.2.392.200149.8.5.1.1.10',
      },
    });
    cardOf('card');
    person = await arrive('card');
  }, 180_000);

  afterAll(async () => {
    await person?.leave();
    await network?.stop();
    responder?.closeAllConnections();
    responder?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('gets a profile without an ID photo, and a certificate that says how', async () => {
    const record = await person.apply('aozora');
    expect(record?.phase).toBe(ContractPhase.COMPLETE);
    expect(await network.callsOf('authentication', 'BeginCapture')).toBe(0);
    const certificate = await person.terminal.lpa.showCertificate({ password: Person.password });
    expect(certificate).toMatchObject({
      evidenceClass: 'national-id-certificate',
      assuranceLevel: 3,
    });
    expect(certificate.attributeNames).toEqual(expect.arrayContaining(['family_name', 'birth_date', 'address']));
  });

  it('is told to the carrier as the card has it, every attribute', async () => {
    const { contracts } = await (await network.asOperator('management/aozora'))
      .client(SubscriptionsService)
      .listContracts({ pageSize: 0, pageToken: '' });
    expect(contracts).toMatchObject([{ byCertificate: false, unconfirmedAttributes: [] }]);
  });

  it('is verified by another carrier by that certificate, without the card', async () => {
    const calls = await network.callsOf('authentication', 'StartVerification');
    expect((await person.apply('minato'))?.phase).toBe(ContractPhase.COMPLETE);
    expect(await network.callsOf('authentication', 'StartVerification')).toBe(calls);
  });

  it('is refused with a card that was revoked in the meantime', async () => {
    ca.revoke(cardOf('revoked'), now());
    const visitor = await arrive('revoked');
    try {
      expect(await reasonOf(visitor.apply('aozora'))).toBe('DOCUMENTS_REFUSED');
      const { contracts } = await visitor.terminal.contracts.list({});
      const reasons = contracts.flatMap((contract) => contract.reasons.map(({ code }) => code));
      expect(new Set(reasons)).toEqual(new Set(['PERSON_CERTIFICATE_REVOKED']));
    } finally {
      await visitor.leave();
    }
  });
});
