import { authenticateAsUsim, generateAuthenticationVector, milenage } from '@tegata/aka';
import { authenticationConfiguration } from '../authentication-configuration.ts';
import type { ProfileElement } from '../elements/profile-element.ts';
import { recordsOf } from '../file-system/file-node.ts';
import { interpretProfile } from '../installed-profile.ts';
import {
  encodeProfilePackage,
  type ProfilePackage,
  profilePackage,
  readProfilePackage,
} from '../profile-package-reader.ts';
import { describeWithSamples, SAMPLE_PACKAGES, samplePackage } from '../sample-packages.ts';
import { decodeMsisdn } from '../subscription/dialling-numbers.ts';
import { decodeImsi } from '../subscription/imsi.ts';
import { decodeServiceProviderName } from '../subscription/names.ts';
import { decodeCode } from '../subscription/verification-codes.ts';
import { sampleSubscription } from '../testing/sample-subscription.ts';
import { buildProfilePackage } from './build-profile-package.ts';
import { type Personalisation, personaliseProfilePackage } from './personalise-profile-package.ts';
import { securityDomainKeySlots } from './security-domain-keys.ts';

const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex');
const text = (octets: Uint8Array) => Buffer.from(octets.subarray(2, 2 + (octets[1] ?? 0))).toString();
const none = new Uint8Array(0);
const badValue = expect.objectContaining({ code: 'BAD_SUBSCRIPTION_VALUE' });

const personalisation: Personalisation = {
  iccid: '8981300000000000018',
  imsi: '440990000000001',
  mncLength: 2,
  msisdn: '818012345678',
  ki: Buffer.alloc(16, 0x11),
  opc: Buffer.alloc(16, 0x22),
  pin1: '1234',
  puk1: '12345678',
  pin2: '5678',
  puk2: '87654321',
  adm1: '98989898',
  spn: '青空',
};

describeWithSamples('a TS.48 package that was personalised', () => {
  it.each(SAMPLE_PACKAGES)('$file: is the package of the subscription, in every place', ({ content }) => {
    const personalised = readProfilePackage(personaliseProfilePackage(readProfilePackage(content), personalisation));
    const profile = interpretProfile(personalised.elements);
    const { fileSystem, pins, puks } = profile;
    const file = (path: string) => fileSystem.elementaryFile(path).body;

    expect(hex(profile.header.iccid)).toBe('8981300000000000018f');
    expect(hex(file('2FE2').octets)).toBe('981803000000000010f8');
    expect(decodeImsi(file('7FD0/6F07').octets)).toBe(personalisation.imsi);
    expect(hex(file('7FD0/6F78').octets)).toBe('0002');
    expect(hex(file('7FD0/6FAD').octets)).toBe('00000002');
    expect(hex(file('7FD0/6F7E').octets)).toBe('ffffffff44f0990000ff01');
    expect(decodeServiceProviderName(file('7FD0/6F46').octets)).toBe('青空');
    expect(decodeMsisdn(recordsOf(file('7FD0/6F40'))[0] ?? none)).toBe('818012345678');
    expect(text(file('7FB0/6F02').octets)).toBe('440990000000001@ims.mnc099.mcc440.3gppnetwork.org');
    expect(recordsOf(file('7FB0/6F04')).slice(0, 2).map(text)).toEqual([
      'sip:440990000000001@ims.mnc099.mcc440.3gppnetwork.org',
      'tel:+818012345678',
    ]);
    expect(text(file('7FB0/6F03').octets)).toBe('ims.mnc099.mcc440.3gppnetwork.org');
    expect(decodeCode(pins.get('3F00')?.get(0x01)?.value ?? none)).toBe('1234');
    for (const reference of [0x0a, 0x0b])
      expect(decodeCode(pins.get('3F00')?.get(reference)?.value ?? none)).toBe('98989898');
    for (const codes of [...pins.values()].slice(1)) expect(decodeCode(codes.get(0x81)?.value ?? none)).toBe('5678');
    expect([...puks.values()].map(({ value }) => decodeCode(value))).toEqual(['12345678', '87654321']);

    for (const path of ['7FD0', '7FB0']) {
      const { functions, accepted } = authenticationConfiguration(profile, path);
      const network = milenage({ k: personalisation.ki, opc: personalisation.opc });
      const { vector } = generateAuthenticationVector(network, { rand: Buffer.alloc(16, 5), lastSqn: 0n });
      expect(authenticateAsUsim(functions, accepted, vector)).toMatchObject({ outcome: 'success', res: vector.xres });
    }
    expect(profile.header.mandatoryServices).toContain('milenage');
    expect(profile.header.mandatoryServices).not.toContain('usim-test-algorithm');
  });

  it('leaves nothing of the test identity outside the CSIM', () => {
    const octets = personaliseProfilePackage(readProfilePackage(samplePackage().content), personalisation);
    const rest = Buffer.concat(
      readProfilePackage(octets)
        .elements.filter(({ type }) => !type.includes('csim'))
        .map(({ raw }) => raw),
    );
    for (const trace of ['8900012345678901234', '0910101032540636', '000102030405060708090a0b0c0d0e0f00000000']) {
      expect(rest.toString('hex').includes(trace)).toBe(false);
    }
    expect(rest.includes('test.3gpp.com')).toBe(false);
  });

  it.each(SAMPLE_PACKAGES)(
    '$file: has the keys of security domains that it was given, and no published one',
    ({ content }) => {
      const template = readProfilePackage(content);
      const securityDomainKeys = securityDomainKeySlots(template).map(({ length, ...place }, at) => ({
        ...place,
        key: Buffer.alloc(length, 0xa0 + at),
      }));
      const octets = personaliseProfilePackage(template, { ...personalisation, securityDomainKeys });
      const components = readProfilePackage(octets)
        .elements.flatMap((element) => (element.type === 'securityDomain' ? (element.body.keyList ?? []) : []))
        .flatMap(({ keyComponents }) => keyComponents);
      expect(components.map(({ keyData }) => hex(keyData))).toEqual(securityDomainKeys.map(({ key }) => hex(key)));
      expect(components.length).toBeGreaterThan(0);
      const [first] = securityDomainKeys;
      if (first === undefined) throw new Error('no key');
      const short = { ...first, key: first.key.subarray(1) };
      expect(() => personaliseProfilePackage(template, { ...personalisation, securityDomainKeys: [short] })).toThrow(
        badValue,
      );
    },
  );

  it('keeps the octets of elements that have nothing of a subscription', () => {
    const template = readProfilePackage(samplePackage().content);
    const { elements } = readProfilePackage(personaliseProfilePackage(template, personalisation));
    const kept = [
      'telecom',
      'genericFileManagement',
      'gsm-access',
      'csim',
      'opt-csim',
      'cdmaParameter',
      'securityDomain',
      'rfm',
      'end',
    ];
    elements.forEach(({ type, raw }, i) => {
      if (kept.includes(type)) expect(hex(raw)).toBe(hex(template.elements[i]?.raw));
    });
  });

  it('keeps every other file as it was', () => {
    const template = readProfilePackage(samplePackage().content);
    const before = interpretProfile(template.elements).fileSystem;
    const after = interpretProfile(
      readProfilePackage(personaliseProfilePackage(template, personalisation)).elements,
    ).fileSystem;
    const changed: string[] = [];
    for (const node of before.nodes()) {
      const other = after.get(node.path);
      expect(other.access).toEqual(node.access);
      if (node.kind === 'ef' && other.kind === 'ef' && hex(node.body.octets) !== hex(other.body.octets))
        changed.push(node.path);
    }
    expect(changed.sort()).toEqual([
      '2FE2',
      '7F10/6F40',
      '7FB0/6F02',
      '7FB0/6F03',
      '7FB0/6F04',
      '7FD0/5FC0/4F01',
      '7FD0/5FC0/4F02',
      '7FD0/6F07',
      '7FD0/6F40',
      '7FD0/6F46',
      '7FD0/6F73',
      '7FD0/6F78',
      '7FD0/6F7E',
      '7FD0/6FAD',
      '7FD0/6FE3',
    ]);
  });

  it('keeps what is not given', () => {
    const { iccid, imsi, mncLength, ki, opc } = personalisation;
    const octets = personaliseProfilePackage(readProfilePackage(samplePackage().content), {
      iccid,
      imsi,
      mncLength,
      ki,
      opc,
    });
    const { fileSystem, pins, header } = interpretProfile(readProfilePackage(octets).elements);
    expect(decodeServiceProviderName(fileSystem.elementaryFile('7FD0/6F46').body.octets)).toBe('GSMA_TEST');
    expect(decodeCode(pins.get('3F00')?.get(0x01)?.value ?? none)).toBe('0000');
    expect(header.profileType).toBe('GSMA Generic eUICC Test Profile');
  });

  it('is a template itself: personalised again, it is the same as from the first', () => {
    const first = readProfilePackage(samplePackage().content);
    const once = personaliseProfilePackage(first, personalisation);
    const other = personaliseProfilePackage(first, {
      ...personalisation,
      iccid: '8981300000000000026',
      imsi: '440990000000002',
    });
    expect(hex(personaliseProfilePackage(readProfilePackage(other), personalisation))).toBe(hex(once));
  });

  const without = (...types: ProfileElement['type'][]): ProfilePackage =>
    profilePackage(readProfilePackage(samplePackage().content).elements.filter(({ type }) => !types.includes(type)));

  it('has no number of its own to show where the template has no optional files of the USIM', () => {
    const own = readProfilePackage(buildProfilePackage(sampleSubscription)).elements;
    const template = profilePackage(own.filter(({ type }) => type !== 'opt-usim'));
    const made = readProfilePackage(personaliseProfilePackage(template, personalisation));
    expect(made.elements.map(({ type }) => type)).toEqual(template.elements.map(({ type }) => type));
    expect(interpretProfile(made.elements).fileSystem.find('7FD0/6F40')).toBeUndefined();
  });

  it('is refused when the template has no place for a value', () => {
    expect(() => personaliseProfilePackage(without('akaParameter'), personalisation)).toThrow(badValue);
    expect(() => personaliseProfilePackage(without('opt-usim', 'df-saip'), personalisation)).toThrow(
      // EF.ICI and others of opt-usim are what files of the CSIM are links to.
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
  });

  it('is refused with values that cannot be coded', () => {
    const template = readProfilePackage(samplePackage().content);
    for (const part of [
      { imsi: '1' },
      { iccid: 'x' },
      { ki: none },
      { pin1: '1' },
      { spn: 'more than sixteen chars' },
    ]) {
      expect(() => personaliseProfilePackage(template, { ...personalisation, ...part })).toThrow(badValue);
    }
  });
});

describe('a built package that was personalised', () => {
  const base = {
    ...personalisation,
    pin1: '0000',
    puk1: '00000000',
    pin2: '0000',
    puk2: '00000000',
    adm1: '00000000',
    spn: 'Minato',
  };

  it('is the same as one that was built for the subscription', () => {
    const template = readProfilePackage(
      buildProfilePackage({ ...base, iccid: '8981300000000000091', imsi: '440990000000009' }),
    );
    const direct = buildProfilePackage({ ...base });
    expect(hex(personaliseProfilePackage(template, base))).toBe(hex(direct));
    expect(hex(encodeProfilePackage(template))).not.toBe(hex(direct));
  });
});
