import { authenticateAsUsim, generateAuthenticationVector, milenage } from '@tegata/aka';
import { parseTree, type TlvTree } from '@tegata/der';
import fc from 'fast-check';
import { authenticationConfiguration } from '../authentication-configuration.ts';
import type { ProfileElementType } from '../elements/profile-element.ts';
import { buildFileSystem } from '../file-system/build-file-system.ts';
import { type ElementaryFile, recordsOf } from '../file-system/file-node.ts';
import { interpretProfile } from '../installed-profile.ts';
import { readProfilePackage } from '../profile-package-reader.ts';
import { describeWithSamples, samplePackage } from '../sample-packages.ts';
import { decodeMsisdn } from '../subscription/dialling-numbers.ts';
import { decodeImsi } from '../subscription/imsi.ts';
import { decodeServiceProviderName } from '../subscription/names.ts';
import { decodeCode } from '../subscription/verification-codes.ts';
import { buildProfilePackage } from './build-profile-package.ts';
import type { SubscriptionProfile } from './subscription-profile.ts';

const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex');

const subscription: SubscriptionProfile = {
  iccid: '8981300000000000018',
  imsi: '440990000000001',
  mncLength: 2,
  msisdn: '818012345678',
  ki: Buffer.from('465b5ce8b199b49faa5f0a2ee238a6bc', 'hex'),
  opc: Buffer.from('cd63cb71954a9f4e48a5994e37a02baf', 'hex'),
  pin1: '1234',
  puk1: '12345678',
  pin2: '5678',
  puk2: '87654321',
  adm1: '99999999',
  spn: 'Aozora',
  languages: ['ja', 'en'],
  shortMessageCentre: '81901234567',
};

const installed = (input: SubscriptionProfile) =>
  interpretProfile(readProfilePackage(buildProfilePackage(input)).elements);

describe('a package that was built', () => {
  it('has its elements in the order of the format', () => {
    const { header, elements } = readProfilePackage(buildProfilePackage(subscription));
    expect(elements.map(({ type }) => type)).toEqual([
      'header',
      'mf',
      'pukCodes',
      'pinCodes',
      'telecom',
      'usim',
      'opt-usim',
      'pinCodes',
      'akaParameter',
      'df-5gs',
      'end',
    ]);
    expect(header).toMatchObject({ majorVersion: 2, minorVersion: 3, mandatoryServices: ['usim', 'milenage'] });
    const used = elements.flatMap((element) =>
      'body' in element && 'templateId' in element.body ? [element.body.templateId] : [],
    );
    expect(header.mandatoryTemplates).toEqual(used);
    expect(elements.slice(1).map(({ identification }) => identification)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(elements.every(({ mandated }) => mandated)).toBe(true);
  });

  it('has the ICCID in both places, each in its coding', () => {
    const { header, fileSystem } = installed(subscription);
    expect(hex(header.iccid)).toBe('8981300000000000018f');
    expect(hex(fileSystem.elementaryFile('2FE2').body.octets)).toBe('981803000000000010f8');
  });

  it('is the USIM of the subscription', () => {
    const { fileSystem } = installed(subscription);
    const file = (fid: string) => fileSystem.elementaryFile(`7FD0/${fid}`).body;
    expect(decodeImsi(file('6F07').octets)).toBe(subscription.imsi);
    expect(hex(file('6F78').octets)).toBe('0002');
    expect(hex(file('6FAD').octets)).toBe('00000002');
    expect(decodeServiceProviderName(file('6F46').octets)).toBe('Aozora');
    expect(decodeMsisdn(recordsOf(file('6F40'))[0] ?? new Uint8Array(0))).toBe('818012345678');
    expect(recordsOf(file('6FB7')).map(hex)).toEqual(['11f2ff00', '19f1ff00']);
    expect(hex(file('6F7E').octets)).toBe('ffffffff44f0990000ff01');
    expect(hex(file('6F73').octets)).toBe('ffffffffffffff44f0990000ff01');
    expect(hex(file('6FE3').octets)).toBe(`${'ff'.repeat(12)}44f099000001`);
    expect(hex(file('6F62').octets)).toBe('44f099c880');
    expect(hex(fileSystem.elementaryFile('2F05').body.octets)).toBe(Buffer.from('jaen').toString('hex'));
    // Keys that are not there yet.
    expect(hex(file('6F08').octets)).toBe(`07${'ff'.repeat(32)}`);
  });

  it('is found through EF.DIR', () => {
    const { fileSystem } = installed(subscription);
    const [record] = recordsOf(fileSystem.elementaryFile('2F00').body);
    const aid = record?.subarray(4, 20);
    expect(hex(record?.subarray(0, 4))).toBe('611a4f10');
    expect(fileSystem.application(aid ?? new Uint8Array(0))?.path).toBe('7FD0');
  });

  it('names in EF.UST those services whose files are there, and no others', () => {
    const services = (input: SubscriptionProfile) => {
      const table = installed(input).fileSystem.elementaryFile('7FD0/6F38').body.octets;
      return [...table].flatMap((octet, i) =>
        [...Array(8).keys()].filter((bit) => octet & (1 << bit)).map((bit) => 8 * i + bit + 1),
      );
    };
    expect(services(subscription)).toEqual([2, 10, 12, 19, 20, 21, 33, 38, 43, 85, 122]);
    const key = Buffer.alloc(16);
    const mnoSecurityDomain = { encryption: key, integrity: key, keyEncryption: key };
    expect(services({ ...subscription, mnoSecurityDomain })).toEqual([2, 10, 12, 19, 20, 21, 28, 33, 38, 43, 85, 122]);
    const more = {
      ...subscription,
      gid1: Buffer.from('01', 'hex'),
      gid2: Buffer.from('02', 'hex'),
      preferredNetworks: [{ plmn: '310410', technologies: ['eutran'] as const }],
      equivalentHomeNetworks: ['44051'],
    };
    expect(services(more)).toEqual([2, 10, 12, 17, 18, 19, 20, 21, 33, 38, 42, 43, 71, 85, 122]);
    const files = installed(more).fileSystem;
    expect(hex(files.elementaryFile('7FD0/6F3E').body.octets)).toBe('01');
    expect(hex(files.elementaryFile('7FD0/6F61').body.octets)).toBe('1300144000');
    expect(hex(files.elementaryFile('7FD0/6FD9').body.octets)).toBe('44f09944f015');
  });

  it('has the codes of the subscription, and ten attempts for the operator', () => {
    const { pins, puks } = installed(subscription);
    expect(
      [...(pins.get('3F00')?.values() ?? [])].map(({ keyReference, value }) => [keyReference, decodeCode(value)]),
    ).toEqual([
      [0x01, '1234'],
      [0x0a, '99999999'],
    ]);
    expect(pins.get('3F00')?.get(0x01)).toMatchObject({ enabled: false, unblockedBy: 0x01, attemptsLeft: 3 });
    expect(pins.get('3F00')?.get(0x0a)).toMatchObject({ enabled: true, switchable: false, attemptsLeft: 10 });
    expect(pins.get('7FD0')?.get(0x81)).toMatchObject({ enabled: true, switchable: false, unblockedBy: 0x81 });
    expect([...puks.values()].map(({ value, attemptsLeft }) => [decodeCode(value), attemptsLeft])).toEqual([
      ['12345678', 10],
      ['87654321', 10],
    ]);
    expect(
      installed({ ...subscription, pin1Enabled: true })
        .pins.get('3F00')
        ?.get(0x01),
    ).toMatchObject({ enabled: true });
  });

  it('authenticates against the network that has its keys, and against no other', () => {
    const { functions, rules, accepted } = authenticationConfiguration(installed(subscription), '7FD0');
    const answer = (ki: Uint8Array) => {
      const network = milenage({ k: ki, opc: subscription.opc });
      const { vector } = generateAuthenticationVector(network, { rand: Buffer.alloc(16, 9), lastSqn: 0n });
      return { vector, answer: authenticateAsUsim(functions, accepted, vector, rules) };
    };
    const own = answer(subscription.ki);
    expect(own.answer).toMatchObject({ outcome: 'success', res: own.vector.xres });
    expect(answer(Buffer.alloc(16)).answer).toEqual({ outcome: 'macFailure' });
  });

  it('lets nobody read its security files without the PIN, and lets only the operator change the IMSI', () => {
    const { fileSystem } = installed(subscription);
    const rule = (path: string) => hex(fileSystem.accessRule(fileSystem.get(path)));
    expect(rule('7FD0/6F07')).toMatch(/^800101a40683010195010880015aa40683010a950108f*$/);
    expect(rule('7FD0/6F08')).toMatch(/^800103a406830101950108800158a40683010a950108f*$/);
    expect(rule('2FE2')).toMatch(/^8001019000800118a40683010a9501088001429700f*$/);
    for (const node of fileSystem.nodes()) expect(fileSystem.accessRule(node)).toBeDefined();
  });

  it('has a security domain for remote management when keys for it are given', () => {
    const [encryption, integrity, keyEncryption] = [1, 2, 3].map((octet) => Buffer.alloc(16, octet)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const { securityDomains } = installed({
      ...subscription,
      mnoSecurityDomain: { encryption, integrity, keyEncryption },
    });
    expect(securityDomains).toHaveLength(1);
    expect(securityDomains[0]?.keyList?.map(({ keyComponents }) => hex(keyComponents[0]?.keyData))).toEqual(
      [encryption, integrity, keyEncryption].map(hex),
    );
    const short = { encryption, integrity, keyEncryption: keyEncryption.subarray(1) };
    expect(() => buildProfilePackage({ ...subscription, mnoSecurityDomain: short })).toThrow(
      expect.objectContaining({ code: 'BAD_SUBSCRIPTION_VALUE' }),
    );
  });

  it('can be read back whatever the subscription', () => {
    const digits = (minimum: number, maximum = minimum) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: minimum, maxLength: maximum }).map((list) => list.join(''));
    const key = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const any = fc.record({
      iccid: digits(16, 18).map((rest) => `89${rest}`),
      imsi: digits(6, 15),
      mncLength: fc.constantFrom(2 as const, 3 as const),
      msisdn: digits(1, 15),
      ki: key,
      opc: key,
      pin1: digits(4, 8),
      puk1: digits(8),
      pin2: digits(4, 8),
      puk2: digits(8),
      adm1: digits(8),
      spn: fc.constantFrom('Aozora', '青空', 'Minato'),
    });
    fc.assert(
      fc.property(any, (input) => {
        const { header, fileSystem, pins } = installed(input);
        expect(hex(header.iccid).replace(/f+$/, '')).toBe(input.iccid);
        expect(decodeImsi(fileSystem.elementaryFile('7FD0/6F07').body.octets)).toBe(input.imsi);
        expect(fileSystem.elementaryFile('7FD0/6FAD').body.octets[3]).toBe(input.mncLength);
        expect(decodeCode(pins.get('3F00')?.get(0x01)?.value ?? new Uint8Array(0))).toBe(input.pin1);
        expect(decodeServiceProviderName(fileSystem.elementaryFile('7FD0/6F46').body.octets)).toBe(input.spn);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, Partial<SubscriptionProfile>]>([
    ['an ICCID of another length', { iccid: '1234' }],
    ['letters in the IMSI', { imsi: '44099000000000x' }],
    ['a key of 15 octets', { ki: Buffer.alloc(15) }],
    ['an OPc of 32 octets', { opc: Buffer.alloc(32) }],
    ['a PIN of three digits', { pin1: '123' }],
    ['a PUK of seven digits', { puk1: '1234567' }],
    ['a name that is too long', { spn: 'A name of more than sixteen characters' }],
    ['a language that is none', { languages: ['jpn'] }],
    ['a group identifier of nine octets', { gid1: Buffer.alloc(9) }],
    ['no emergency number', { emergencyNumbers: [''] }],
    ['an access class that does not exist', { acc: [16] }],
  ])('is not built from %s', (_, part) => {
    expect(() => buildProfilePackage({ ...subscription, ...part })).toThrow(
      expect.objectContaining({ name: 'ProfilePackageError', code: 'BAD_SUBSCRIPTION_VALUE' }),
    );
  });
});

describeWithSamples('a package that was built, beside one of TS.48', () => {
  const built = () => readProfilePackage(buildProfilePackage(subscription));
  const sample = () => readProfilePackage(samplePackage().content);
  /** Tags without values, so that two objects of one form are equal. */
  const form = ({ tag, children }: TlvTree): unknown => [tag.toString(16), ...children.map(form)];
  const forms = (elements: ReturnType<typeof built>['elements'], type: ProfileElementType) =>
    elements.filter((element) => element.type === type).map(({ raw }) => form(parseTree(raw)));

  it.each(['pukCodes', 'akaParameter', 'end'] as const)('has %s in the same form', (type) => {
    const [mine] = forms(built().elements, type);
    expect(forms(sample().elements, type)[0]).toEqual(mine);
  });

  it('has PINs of the same form', () => {
    const [, usim] = forms(built().elements, 'pinCodes');
    expect(forms(sample().elements, 'pinCodes')).toContainEqual(usim);
    const [global] = built()
      .elements.filter(({ type }) => type === 'pinCodes')
      .map(({ raw }) => parseTree(raw));
    const [theirs] = sample()
      .elements.filter(({ type }) => type === 'pinCodes')
      .map(({ raw }) => parseTree(raw));
    // One administrative key less; the PIN and the first key have the same form.
    const pins = (tree: TlvTree | undefined) => tree?.children[1]?.children[0]?.children.map(form).slice(0, 2);
    expect(pins(global)).toEqual(pins(theirs));
  });

  it('has its elements in the same order', () => {
    const types = sample().elements.map(({ type }) => type);
    let at = -1;
    for (const { type } of built().elements) {
      const next = types.indexOf(type, at + 1);
      expect({ type, found: next > at }).toEqual({ type, found: true });
      at = next;
    }
  });

  it('has the same files at the same places, in the same structure', () => {
    const mine = buildFileSystem(built().elements);
    const theirs = buildFileSystem(sample().elements);
    const own = new Set([
      'ef-ecc',
      'ef-arr',
      'ef-dir',
      'ef-sms',
      'ef-smsp',
      'ef-fdn',
      'ef-msisdn',
      'ef-plmnwact',
      'ef-hplmnwact',
      'ef-pl',
      'ef-netpar',
      'ef-epsnsc',
    ]);
    for (const node of mine.nodes()) {
      const other = theirs.get(node.path);
      expect({ path: node.path, name: other.name, kind: other.kind }).toEqual({
        path: node.path,
        name: node.name,
        kind: node.kind,
      });
      if (node.kind !== 'ef') continue;
      const body = (other as ElementaryFile).body;
      expect({ path: node.path, structure: node.body.structure }).toEqual({
        path: node.path,
        structure: body.structure,
      });
      // Sizes are up to the operator where the specification says so.
      if (!own.has(node.name ?? ''))
        expect({ path: node.path, size: node.body.octets.length }).toEqual({
          path: node.path,
          size: body.octets.length,
        });
    }
  });
});
