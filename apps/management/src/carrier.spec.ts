import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CarrierFileError, readCarrier } from './carrier.ts';

const demo = resolve(import.meta.dirname, '../../../tools/network/carriers/aozora.json');

describe('a carrier file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-carrier-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const changed = (change: (carrier: Record<string, unknown>) => void): string => {
    const carrier = JSON.parse(readFileSync(demo, 'utf8')) as Record<string, unknown>;
    change(carrier);
    const file = join(folder, 'carrier.json');
    writeFileSync(file, JSON.stringify(carrier));
    return file;
  };

  it('describes a carrier', () => {
    expect(readCarrier(demo)).toMatchObject({ name: 'aozora', oid: '2.999.10', plmn: { mcc: '001', mnc: '01' } });
  });

  it.each([
    ['name', (carrier: Record<string, unknown>) => delete carrier.name],
    ['oid', (carrier: Record<string, unknown>) => (carrier.oid = 'aozora')],
    ['plmn.mnc', (carrier: Record<string, unknown>) => (carrier.plmn = { mcc: '001' })],
    ['policy.statusMaxAgeHours', (carrier: Record<string, unknown>) => (carrier.policy = { acceptedEvidence: ['x'] })],
  ])('names the member that is wrong: %s', (member, change) => {
    const file = changed((carrier) => void change(carrier));
    expect(() => readCarrier(file)).toThrow(CarrierFileError);
    if (!member.startsWith('policy')) expect(() => readCarrier(file)).toThrow(`${member} must match`);
  });

  it.each<[string, unknown]>([
    ['acceptedEvidence', ['document-chips']],
    ['acceptedEvidence', ['document-chip', 'toString']],
    ['acceptedEvidence', []],
    ['acceptedEvidence', 'document-chip'],
    ['acceptedMethods', ['pasword']],
    ['requiredAttributes', ['name']],
    ['requiredAttributes', 'family_name'],
    ['minimumAssuranceLevel', 0],
    ['minimumAssuranceLevel', 5],
    ['minimumAssuranceLevel', 1.5],
    ['certificateMaxAgeDays', 36_501],
    ['assertionMaxAgeSeconds', '300'],
  ])('has no %s of %j in its policy', (name, value) => {
    const file = changed((carrier) => Object.assign(carrier.policy as object, { [name]: value }));
    expect(() => readCarrier(file)).toThrow(`policy.${name} must be`);
  });

  it('must be JSON', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{');
    expect(() => readCarrier(file)).toThrow("can't be read as JSON");
  });
});
