import { rm } from 'node:fs/promises';
import { firstContractSteps, laterContractSteps } from '@tegata/contracts';
import { IdentityCertificatesService } from '@tegata/contracts/authentication-v1';
import { ProfileResult } from '@tegata/contracts/gsma-rsp-v2';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { ContractPhase, type ContractRecord } from '@tegata/contracts/terminal-v1';
import { networkPaths, serverNames } from '@tegata/network';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import pg from 'pg';
import { applicant } from './testing/device.ts';
import { everythingIn, filesBelow, formsOf } from './testing/leaks.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** The story of one person, in order: each part begins where the one before has ended. */
describe('a person with an empty terminal', () => {
  let network: TestNetwork;
  let person: Person;
  let framesDirectory: string;
  let first: ContractRecord | undefined;
  let second: ContractRecord | undefined;

  beforeAll(async () => {
    network = await TestNetwork.start();
    framesDirectory = await renderApplicant('holder');
    person = await Person.arrive(network, { framesDirectory, documentFile: `${framesDirectory}/document.jpg` });
  }, 180_000);

  afterAll(async () => {
    await person?.leave();
    await network?.stop();
    if (framesDirectory) await rm(framesDirectory, { recursive: true, force: true });
  }, 60_000);

  /** Numbers of the steps all servers have recorded for a contract. */
  const chartOf = async (contractId: string): Promise<string[]> => {
    const steps: string[] = [];
    for (const server of serverNames(network.topology)) {
      const answer = await (await network.asOperator(server)).client(OperationsService).getFlow({ contractId });
      steps.push(...answer.steps.filter(({ outcome }) => outcome === 'ok').map(({ step }) => step));
    }
    return steps.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  };

  it('gets a profile from aozora after identity verification', async () => {
    first = await person.apply('aozora');
    expect(first?.phase).toBe(ContractPhase.COMPLETE);
    expect(first?.identityVerification).toBe(true);
    expect((await person.terminal.lpa.attach({})).iccid).toBe(first?.iccid);
  }, 120_000);

  it('leaves a chart with every step of the first flow, each once', async () => {
    expect(await chartOf(first?.contractId ?? '')).toEqual(Object.keys(firstContractSteps));
  });

  it('has used the data acquisition key up', async () => {
    const relay = new pg.Client({ connectionString: await network.databaseUrl('relay') });
    await relay.connect();
    const { rows } = await relay.query('SELECT count(*)::int AS events FROM event');
    await relay.end();
    expect(rows).toEqual([{ events: 0 }]);
  });

  it('gets a second profile from minato without identity verification and without a call to authentication', async () => {
    const before = await network.callsOf('authentication');
    second = await person.apply('minato');
    expect(second?.phase).toBe(ContractPhase.COMPLETE);
    expect(second?.identityVerification).toBe(false);
    expect(await network.callsOf('authentication')).toBe(before);
    expect(await chartOf(second?.contractId ?? '')).toEqual(Object.keys(laterContractSteps));
  }, 60_000);

  it('switches between both and attaches with each', async () => {
    for (const record of [first, second]) {
      const iccid = record?.iccid ?? '';
      const profile = { identifier: { $case: 'iccid' as const, value: iccid } };
      const { profiles } = await person.terminal.es10c.getProfilesInfo({});
      expect(profiles.map((each) => each.iccid)).toContain(iccid);
      const enabled = await person.terminal.es10c.enableProfile({ profile, refreshFlag: true });
      expect([ProfileResult.OK, ProfileResult.WRONG_STATE]).toContain(enabled.result);
      const attached = await person.terminal.lpa.attach({});
      expect(attached.iccid).toBe(iccid);
      expect(attached.imsi).toBe(record?.imsi);
    }
  }, 60_000);

  it('attaches again after the network has lost count of its sequence numbers', async () => {
    const minato = new pg.Client({ connectionString: await network.databaseUrl('management/minato') });
    await minato.connect();
    await minato.query('UPDATE subscription SET sqn = 0 WHERE imsi = $1', [second?.imsi]);
    await minato.end();
    expect((await person.terminal.lpa.attach({})).resynchronised).toBe(true);
    expect((await person.terminal.lpa.attach({})).resynchronised).toBe(false);
  }, 60_000);

  it('has told each carrier what became of its profile', async () => {
    await person.terminal.lpa.processNotifications({ seqNumber: 0 });
    const { pendingNotifications } = await person.terminal.lpa.getEuicc({});
    expect(pendingNotifications).toBe(0);
  }, 60_000);

  it('moves the certificate to another phone by a code of the old one and the face, without a document', async () => {
    const phone = await Person.arrive(network, {});
    try {
      const { eid } = await phone.terminal.lpa.getEuicc({});
      const before = await person.terminal.lpa.showCertificate({ password: Person.password });
      const wanted = { password: Person.password, successorEid: eid };
      const { transferCode } = await person.terminal.lpa.transferCertificate(wanted);
      const record = await phone.applyWith('minato', { transferCode, framesDirectory });
      expect([record?.phase, record?.identityVerification]).toEqual([ContractPhase.COMPLETE, true]);

      const after = await phone.terminal.lpa.showCertificate({ password: Person.password });
      const { evidenceClass, assuranceLevel, verifyTime, expireTime, attributeNames } = before;
      expect(after).toMatchObject({ eid, evidenceClass, assuranceLevel, verifyTime, expireTime, attributeNames });
      const authentication = await network.asOperator('authentication');
      const { certificates } = await authentication
        .client(IdentityCertificatesService)
        .listCertificates({ pageSize: 0, pageToken: '' });
      const inForce = certificates.filter(({ revokeTime }) => revokeTime === undefined);
      expect(inForce.map(({ serialNumber }) => serialNumber)).toEqual([after.serialNumber]);
      expect(certificates.map(({ serialNumber }) => serialNumber)).toContain(before.serialNumber);
    } finally {
      await phone.leave();
    }
  }, 120_000);

  it('is nowhere in a log or in clear in a database', async () => {
    const secrets = [applicant.familyName, applicant.givenName, applicant.address, Person.password].flatMap(formsOf);
    /** First octets of every JPEG, as a dump has them. */
    const picture = 'ffd8ffe';
    for (const server of serverNames(network.topology)) {
      const dump = await everythingIn(await network.databaseUrl(server));
      expect(dump.length).toBeGreaterThan(100);
      for (const secret of [...secrets, picture]) expect(dump.includes(secret)).toBe(false);
    }
    const logs =
      (await filesBelow(networkPaths(network.topology.directory).logs, '.log')) +
      (await filesBelow(person.folder, '.log'));
    expect(logs.length).toBeGreaterThan(1000);
    for (const secret of secrets) expect(logs.includes(secret)).toBe(false);
  }, 60_000);
});
