import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceKind } from '@tegata/contracts/authentication-v1';
import { type Contract, ContractState, SubscriptionsService } from '@tegata/contracts/management-v1';
import { Database } from '@tegata/database';
import { issueChip, testCountry } from '@tegata/emrtd/testing';
import { buildIdentityCertificate, type IdentityCertificate } from '@tegata/identity';
import { ensurePki, KeyStore } from '@tegata/pki';
import type { Connection } from '@tegata/service-kit';
import {
  anotherContract,
  applicant,
  apply,
  contractDesk,
  Device,
  reasonOf,
  submissionWithCertificate,
  submissionWithDocuments,
} from './testing/device.ts';
import { TestNetwork } from './testing/test-network.ts';

/** What a carrier answers to messages that are not as they should be, sent to real servers. */
describe('the contract desk', () => {
  let network: TestNetwork;
  let aozora: Connection;
  let minato: Connection;
  let device: Device;
  let foreignPki: string;
  const country = testCountry();

  beforeAll(async () => {
    foreignPki = await mkdtemp(join(tmpdir(), 'tegata-foreign-'));
    await writeFile(join(foreignPki, 'country.cer'), country.csca);
    network = await TestNetwork.start({ authentication: { TEGATA_CSCA_FOLDER: foreignPki } });
    aozora = network.asTerminal('management/aozora');
    minato = network.asTerminal('management/minato');
    device = await Device.manufactured(network.pki);
    await ensurePki(
      foreignPki,
      {
        eum: { organisation: 'Nobody', iin: '89049099' },
        carriers: [],
        relay: { organisation: 'Nobody', oid: '2.999.30', address: 'relay.nobody.example' },
        authentication: { organisation: 'Nobody' },
        operators: [],
      },
      { at: new Date(), random: randomBytes },
    );
  }, 120_000);

  afterAll(async () => {
    await network?.stop();
    if (foreignPki) await rm(foreignPki, { recursive: true, force: true });
  }, 60_000);

  const submit = async (assertionOf: (contract: Awaited<ReturnType<typeof apply>>) => Promise<Uint8Array>) => {
    const contract = await apply(aozora);
    const assertion = await assertionOf(contract);
    const request = await submissionWithDocuments(device, contract, network.trust.authenticationEncryption, {
      assertion,
    });
    return { contract, request, answer: contractDesk(aozora).submitContractInformation(request) };
  };

  describe('refuses a local authentication assertion', () => {
    it.each([
      ['of a failed attempt', { outcome: 'failure' }, 'ASSERTION_OUTCOME_FAILED'],
      ['for another contract', { contractId: anotherContract() }, 'ASSERTION_CONTRACT_MISMATCH'],
      ['over another nonce', { nonce: randomBytes(32) }, 'ASSERTION_NONCE_MISMATCH'],
      ['for another carrier', { carrierOid: '2.999.20' }, 'ASSERTION_CARRIER_MISMATCH'],
      ['by a method it does not accept', { method: 'fingerprint' }, 'ASSERTION_METHOD_NOT_ACCEPTED'],
      ['made an hour ago', { time: new Date(Date.now() - 3_600_000) }, 'ASSERTION_TOO_OLD'],
      ['from the future', { time: new Date(Date.now() + 3_600_000) }, 'ASSERTION_TIME_IN_FUTURE'],
    ] as const)('%s', async (_what, deviation, reason) => {
      const { answer } = await submit((contract) => device.assertion(contract, deviation));
      expect(await reasonOf(answer)).toBe(reason);
    });

    it('of another eUICC than the application names', async () => {
      const other = await Device.manufactured(network.pki);
      const { answer } = await submit((contract) => other.assertion(contract));
      expect(await reasonOf(answer)).toBe('ASSERTION_EID_MISMATCH');
    });

    it('of an eUICC whose certificate leads to a CI it does not trust', async () => {
      const stranger = await Device.manufactured(foreignPki);
      const { answer } = await submit((contract) => stranger.assertion(contract));
      expect(await reasonOf(answer)).toBe('ASSERTION_CERTIFICATE_INVALID');
    });

    it('in which an octet was changed', async () => {
      const { answer } = await submit(async (contract) => {
        const assertion = Buffer.from(await device.assertion(contract));
        // Inside the nonce, after the tags and the contract's identifier.
        assertion[60] = (assertion[60] ?? 0) ^ 1;
        return assertion;
      });
      expect(await reasonOf(answer)).toBe('ASSERTION_SIGNATURE_INVALID');
    });

    it('and sends nothing to authentication', async () => {
      const before = await network.callsOf('authentication');
      const { answer } = await submit((contract) => device.assertion(contract, { outcome: 'failure' }));
      await reasonOf(answer);
      expect(await network.callsOf('authentication')).toBe(before);
    });
  });

  it('takes so many contracts of an eUICC in a day, also when all come at once, and the others when the day is over', async () => {
    const eager = await Device.manufactured(network.pki);
    const requests = await Promise.all(
      Array.from({ length: 23 }, async () => {
        const contract = await apply(aozora);
        return submissionWithDocuments(eager, contract, network.trust.authenticationEncryption, {
          assertion: await eager.assertion(contract),
        });
      }),
    );
    // Authentication looks at some at a time; what it is too busy for is taken all the same.
    const tooMany = (request: (typeof requests)[number]) =>
      contractDesk(aozora)
        .submitContractInformation(request)
        .then(
          () => false,
          ({ reason }) => reason === 'TOO_MANY_CONTRACTS',
        );
    const refused = await Promise.all(requests.map(tooMany));
    const late = requests.filter((_, at) => refused[at]);
    expect(late.length).toBe(3);
    for (const request of late) expect(await tooMany(request)).toBe(true);
    const url = await network.databaseUrl('management/aozora');
    const database = new Database({ url, applicationName: 'spec', maxConnections: 1 });
    await database.change(`UPDATE contract SET updated_at = updated_at - interval '1 day' WHERE eid = $1`, [eager.eid]);
    for (const request of late) expect(await tooMany(request)).toBe(false);
    const taken = await database.query('SELECT FROM contract WHERE eid = $1', [eager.eid]);
    expect(taken).toHaveLength(23);
    await database.close();
  });

  it('uses a nonce up, and gives a fresh one to go on with', async () => {
    const { contract, request, answer } = await submit((open) => device.assertion(open, { outcome: 'failure' }));
    await reasonOf(answer);
    // The right assertion over the nonce that was used comes too late.
    const late = Buffer.from(await device.assertion(contract));
    const again = contractDesk(aozora).submitContractInformation({ ...request, localAuthenticationAssertion: late });
    expect(await reasonOf(again)).toBe('ASSERTION_NONCE_MISMATCH');
    const current = await contractDesk(aozora).getContract(contract);
    expect(current.contract?.state).toBe(ContractState.APPLIED);
    expect(current.contract?.nonce).not.toEqual(contract.nonce);
    expect(current.contract?.nonce).toHaveLength(32);
  });

  it('tells a wrong token and an unknown contract by the same answer', async () => {
    const contract = await apply(aozora);
    const desk = contractDesk(aozora);
    const wrongToken = desk.getContract({ contractId: contract.contractId, contractToken: randomBytes(32) });
    const unknown = desk.getContract({ contractId: anotherContract(), contractToken: contract.contractToken });
    expect(await reasonOf(wrongToken)).toBe('CONTRACT_NOT_FOUND');
    expect(await reasonOf(unknown)).toBe('CONTRACT_NOT_FOUND');
    const elsewhere = contractDesk(minato).getContract(contract);
    expect(await reasonOf(elsewhere)).toBe('CONTRACT_NOT_FOUND');
  });

  it('opens one contract for an application that is repeated', async () => {
    const applicationId = randomBytes(16);
    const [one, two] = await Promise.all([
      contractDesk(aozora).applyForContract({ applicationId }),
      contractDesk(aozora).applyForContract({ applicationId }),
    ]);
    expect(two).toEqual(one);
  });

  it('asks for other documents when a picture can not be used', async () => {
    const contract = await apply(aozora);
    const request = await submissionWithDocuments(device, contract, network.trust.authenticationEncryption);
    const { contract: after } = await contractDesk(aozora).submitContractInformation(request);
    expect(after?.state).toBe(ContractState.STEP_UP_REQUIRED);
    expect(codes(after)).toEqual(['DOCUMENT_FORMAT_NOT_ACCEPTED']);
    expect(after?.nonce).toHaveLength(32);
  });

  it('takes no documents that were handed in for somebody else than applies', async () => {
    const changes = [
      { familyName: 'Somebody' },
      { address: '1 Elsewhere' },
      { birthDate: { year: 1996, month: 4, day: 13 } },
    ];
    for (const change of changes) {
      const contract = await apply(aozora);
      const request = await submissionWithDocuments(device, contract, network.trust.authenticationEncryption);
      const changed = { ...request, applicant: { ...applicant, ...change } };
      const { contract: after } = await contractDesk(aozora).submitContractInformation(changed);
      expect(after?.state).toBe(ContractState.STEP_UP_REQUIRED);
      expect(codes(after)).toEqual(['APPLICANT_DIFFERS']);
    }
  });

  it('asks for documents again when they were sealed to somebody else', async () => {
    const contract = await apply(aozora);
    const { certificate } = await new KeyStore(network.pki).certifiedKey('identity/relay-encryption');
    const request = await submissionWithDocuments(device, contract, certificate);
    const { contract: after } = await contractDesk(aozora).submitContractInformation(request);
    expect(after?.state).toBe(ContractState.STEP_UP_REQUIRED);
    expect(codes(after)).toEqual(['ENVELOPE_UNREADABLE']);
  });

  describe('asks for identity verification instead of an identity certificate', () => {
    const day = 86_400_000;
    /** A certificate for the device unless a test says otherwise, issued by the network's own CA. */
    const certificate = async (
      deviation: Partial<Parameters<typeof buildIdentityCertificate>[0]> = {},
      pki = network.pki,
    ): Promise<IdentityCertificate> => {
      const issuing = await new KeyStore(pki).certifiedKey('identity/issuing-ca');
      return buildIdentityCertificate({
        issuer: issuing.certificate,
        key: issuing.key,
        serialNumber: randomBytes(8).fill(0x11, 0, 1),
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 30 * day),
        eid: device.eid,
        euiccPublicKey: device.euicc.euiccCertificate.publicKey,
        method: 'document-and-id-photo',
        evidenceClass: 'document-image',
        assuranceLevel: 1,
        verifiedAt: new Date(Date.now() - day),
        attributes: [],
        ...deviation,
      });
    };
    const show = async (shown: IdentityCertificate): Promise<Contract | undefined> => {
      const contract = await apply(minato);
      const request = await submissionWithCertificate(device, contract, [shown.raw]);
      return (await contractDesk(minato).submitContractInformation(request)).contract;
    };

    it('that was issued by nobody it trusts', async () => {
      expect(codes(await show(await certificate({}, foreignPki)))).toEqual(['CERTIFICATE_FORGED']);
    });

    it('that has expired', async () => {
      const expired = await certificate({ notAfter: new Date(Date.now() - 60_000) });
      expect(codes(await show(expired))).toEqual(['CERTIFICATE_EXPIRED']);
    });

    it('of another EID', async () => {
      const other = await Device.manufactured(network.pki);
      const foreign = await certificate({ eid: other.eid, euiccPublicKey: other.euicc.euiccCertificate.publicKey });
      expect(codes(await show(foreign))).toEqual(['CERTIFICATE_EID_MISMATCH']);
    });

    it('of this EID over another key', async () => {
      const other = await Device.manufactured(network.pki);
      const stolen = await certificate({ euiccPublicKey: other.euicc.euiccCertificate.publicKey });
      expect(codes(await show(stolen))).toEqual(['CERTIFICATE_KEY_MISMATCH']);
    });

    it('whose verification is older than its policy allows', async () => {
      const old = await certificate({ verifiedAt: new Date(Date.now() - 200 * day) });
      expect(codes(await show(old))).toEqual(['CERTIFICATE_TOO_OLD']);
    });

    it.each([
      ['Brien', ['ATTRIBUTE_DIFFERS_FROM_APPLICATION']],
      ['Ó Brien', ['ATTRIBUTE_DIFFERS_FROM_APPLICATION']],
      ["O'Brien", []],
      ['O’Brien', []],
    ])('whose disclosed name is another than that of the application, which is %s', async (familyName, reasons) => {
      const opening = { name: 'family_name', value: "O'Brien", salt: randomBytes(16) };
      const shown = await certificate({ attributes: [opening] });
      const contract = await apply(minato);
      const request = await submissionWithCertificate(device, contract, [shown.raw]);
      const presentation = { certificateChain: [Buffer.from(shown.raw)], disclosedAttributes: [opening] };
      const { contract: after } = await contractDesk(minato).submitContractInformation({
        ...{ ...request, applicant: { ...applicant, familyName } },
        identity: { $case: 'certificate', value: presentation },
      });
      expect(codes(after)).toEqual(reasons);
    });

    it('and accepts one that is in order, without a call to authentication', async () => {
      const before = await network.callsOf('authentication');
      const after = await show(await certificate());
      expect(codes(after)).toEqual([]);
      expect([ContractState.PREPARING_PROFILE, ContractState.PROFILE_READY]).toContain(after?.state);
      expect(await network.callsOf('authentication')).toBe(before);
    });

    it('without an attribute that the carrier requires, which it believes only where it was certified', async () => {
      const file = join(foreignPki, 'minato.json');
      const carrier = JSON.parse(await readFile(network.topology.carrierFiles.minato ?? '', 'utf8'));
      const required = { ...carrier, policy: { ...carrier.policy, requiredAttributes: ['family_name', 'birth_date'] } };
      await writeFile(file, JSON.stringify(required));
      await network.network.stopServer('management/minato');
      await network.network.startServer('management/minato', { TEGATA_CARRIER_FILE: file });
      const opening = (name: string, value: string) => ({ name, value, salt: randomBytes(16) });
      const attributes = [opening('family_name', applicant.familyName), opening('birth_date', '1996-04-12')];
      const shown = await certificate({ attributes });
      const answered = async (disclosedAttributes: typeof attributes) => {
        const contract = await apply(minato);
        expect(contract.requirements?.requiredAttributes).toEqual(['family_name', 'birth_date']);
        const { contract: after } = await contractDesk(minato).submitContractInformation({
          ...(await submissionWithCertificate(device, contract, [shown.raw])),
          identity: {
            $case: 'certificate',
            value: { certificateChain: [Buffer.from(shown.raw)], disclosedAttributes },
          },
        });
        return codes(after);
      };
      expect(await answered([])).toEqual(['ATTRIBUTE_REQUIRED']);
      expect(await answered(attributes.slice(0, 1))).toEqual(['ATTRIBUTE_REQUIRED']);
      const made = { ...opening('birth_date', '1996-04-12') };
      expect(await answered([...attributes.slice(0, 1), made])).toEqual(['ATTRIBUTE_DIGEST_MISMATCH']);
      expect(await answered(attributes)).toEqual([]);
      const { contracts } = await (await network.asOperator('management/minato'))
        .client(SubscriptionsService)
        .listContracts({ pageSize: 1, pageToken: '' });
      expect(contracts[0]).toMatchObject({ byCertificate: true, unconfirmedAttributes: ['given_name', 'address'] });
    });

    it('and for a document that shows the attributes it requires as they were typed', async () => {
      const { sod, dg1, dg2 } = issueChip(country);
      const files = { sod: Buffer.from(sod), dataGroup1: Buffer.from(dg1), dataGroup2: Buffer.from(dg2) };
      const evidence = {
        kind: EvidenceKind.DOCUMENT_CHIP,
        documentChip: { ...files, activeAuthentication: undefined },
      };
      const named = {
        ...applicant,
        familyName: '手形',
        givenName: 'Hanako',
        birthDate: { year: 1990, month: 4, day: 1 },
      };
      const contract = await apply(minato);
      const recipient = network.trust.authenticationEncryption;
      const request = await submissionWithDocuments(device, contract, recipient, { evidence, named });
      const { contract: after } = await contractDesk(minato).submitContractInformation(request);
      expect(codes(after)).toEqual(['ATTRIBUTE_UNCONFIRMED']);
    });
  });
});

const codes = (contract: Contract | undefined): string[] => contract?.stepUpReasons.map(({ code }) => code) ?? ['none'];
