import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractState } from '@tegata/contracts/management-v1';
import fc from 'fast-check';
import { RecordShapeError } from '../state/json-codec.ts';
import { type ContractRecord, decodeRecord, encodeRecord, type RecordIn } from './contract-record.ts';
import { RecordStore } from './record-store.ts';

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });

/** Any record in the stage with the most members. */
const informing: fc.Arbitrary<RecordIn<'informing'>> = fc.record({
  stage: fc.constant('informing' as const),
  applicationId: octets(16),
  carrier: fc.string(),
  createTime: time,
  flow: fc.constantFrom('first', 'later'),
  identityVerification: fc.boolean(),
  state: fc.constantFrom(ContractState.APPLIED, ContractState.STEP_UP_REQUIRED),
  reasons: fc.array(fc.record({ code: fc.string(), sentence: fc.string() })),
  steps: fc.array(fc.record({ step: fc.string(), startTime: time, durationUs: fc.nat() })),
  applicant: fc.record({
    familyName: fc.string({ unit: 'grapheme' }),
    givenName: fc.string({ unit: 'grapheme' }),
    birthDate: fc.record({ year: fc.nat(), month: fc.nat(), day: fc.nat() }),
    address: fc.string(),
  }),
  disclose: fc.array(fc.string()),
  evidence: fc.option(
    fc.record({
      documentFile: fc.string(),
      framesDirectory: fc.string(),
      chipDirectory: fc.option(fc.string(), { nil: undefined }),
      chipReader: fc.option(fc.string(), { nil: undefined }),
      publicKeyDirectory: fc.option(fc.string(), { nil: undefined }),
      transferCode: fc.option(fc.string(), { nil: undefined }),
      camera: fc.option(fc.string(), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  contractId: fc.uuid(),
  contractToken: octets(32),
  carrierOid: fc.string(),
  encryptionChain: fc.array(fc.uint8Array()),
  requiredAttributes: fc.option(fc.array(fc.string()), { nil: undefined }),
  nonce: octets(32),
  documentsDemanded: fc.boolean(),
  dataAcquisitionKey: fc.option(octets(32), { nil: undefined }),
  submission: fc.option(fc.record({ nonce: octets(32), startTime: time }), { nil: undefined }),
});

const complete: RecordIn<'complete'> = {
  stage: 'complete',
  applicationId: Uint8Array.from(Buffer.alloc(16, 7)),
  carrier: 'aozora',
  createTime: new Date('2027-01-01T00:00:00Z'),
  flow: 'first',
  identityVerification: true,
  state: ContractState.INSTALLED,
  reasons: [],
  steps: [],
  contractId: '6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2',
  iccid: '8981001234567890125',
  imsi: '001011234567895',
};

describe('the record of a contract', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(informing, (record) => expect(decodeRecord(encodeRecord(record))).toEqual(record)));
  });

  it('that was damaged is refused, or is still a record', () => {
    const stored = encodeRecord(complete);
    fc.assert(
      fc.property(fc.nat(stored.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, octet, cut) => {
        const damaged = Buffer.from(stored);
        damaged[at] = octet;
        try {
          expect(decodeRecord(cut ? damaged.subarray(0, at) : damaged).stage).toBe('complete');
        } catch (error) {
          if (!(error instanceof RecordShapeError)) throw error;
        }
      }),
    );
  });

  it('holds no secret and no personal data once nothing needs them', () => {
    const text = Buffer.from(encodeRecord(complete)).toString();
    for (const member of ['applicant', 'contractToken', 'dataAcquisitionKey', 'nonce', 'evidence']) {
      expect(text).not.toContain(member);
    }
  });
});

describe('the records of a terminal', () => {
  let folder: string;
  const damaged: string[] = [];
  const store = () => new RecordStore(folder, ({ message }) => damaged.push(message));
  const numbered = (number: number, more: Partial<RecordIn<'complete'>> = {}): ContractRecord => ({
    ...complete,
    applicationId: Uint8Array.from(Buffer.alloc(16, number)),
    createTime: new Date(number),
    ...more,
  });

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'tegata-records-')), 'contracts');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  it('are files that only the user can read, one for each application, without traces of writing', () => {
    store().save(numbered(1));
    store().save(numbered(1, { imsi: '001010000000001' }));
    store().save(numbered(2));
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('are listed newest first, and found by contract and by application', () => {
    store().save(numbered(1, { contractId: '6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f1' }));
    store().save(numbered(2));
    expect(
      store()
        .all()
        .map(({ createTime }) => createTime.getTime()),
    ).toEqual([2, 1]);
    expect(store().get('6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f1').createTime.getTime()).toBe(1);
    expect(store().get('02'.repeat(16)).createTime.getTime()).toBe(2);
    expect(() => store().get('other')).toThrow(expect.objectContaining({ code: 'CONTRACT_NOT_FOUND' }));
  });

  it('are of use although one of them is damaged, which is told by its file', () => {
    store().save(numbered(1));
    const name = `${'03'.repeat(16)}.json`;
    writeFileSync(join(folder, name), '{"version":1');
    expect(store().all()).toHaveLength(1);
    expect(damaged.at(-1)).toContain(name);
    expect(() => store().get('03'.repeat(16))).toThrow(expect.objectContaining({ code: 'RECORD_UNREADABLE' }));
  });

  it('name the only open application, and say when there is none or more than one', () => {
    const open = (number: number): ContractRecord => {
      const { contractId: _, iccid: __, imsi: ___, ...rest } = complete;
      const applicant = { familyName: 'A', givenName: 'B', birthDate: { year: 1990, month: 1, day: 1 }, address: 'C' };
      const applicationId = Uint8Array.from(Buffer.alloc(16, number));
      return { ...rest, stage: 'opening', applicationId, applicant, disclose: [], evidence: undefined };
    };
    store().save(numbered(1));
    expect(() => store().onlyOpen()).toThrow(expect.objectContaining({ code: 'NO_OPEN_CONTRACT' }));
    store().save(open(4));
    expect(store().onlyOpen().stage).toBe('opening');
    store().save(open(5));
    expect(() => store().onlyOpen()).toThrow(/04040404.*05050505|05050505.*04040404/);
  });
});
