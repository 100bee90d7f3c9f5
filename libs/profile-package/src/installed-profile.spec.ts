import { authenticateAsUsim, generateAuthenticationVector, usimTestAlgorithm } from '@tegata/aka';
import { authenticationConfiguration } from './authentication-configuration.ts';
import type { PinConfiguration } from './elements/codes.ts';
import { makeProfileElement, type ProfileElement } from './elements/profile-element.ts';
import { interpretProfile } from './installed-profile.ts';
import { readProfilePackage } from './profile-package-reader.ts';
import { describeWithSamples, SAMPLE_PACKAGES, samplePackage } from './sample-packages.ts';

const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex');
const octets = (digits: string) => Buffer.from(digits, 'hex');
const code = (expected: string) => expect.objectContaining({ name: 'ProfilePackageError', code: expected });

describeWithSamples('a TS.48 profile after installation', () => {
  const elements = () => [...readProfilePackage(samplePackage().content).elements];

  it.each(SAMPLE_PACKAGES)('$file: PINs, PUKs and keys are those of TS.48', ({ content }) => {
    const profile = interpretProfile(readProfilePackage(content).elements);
    expect(
      [...profile.puks.values()].map(({ keyReference, value }) => [keyReference, Buffer.from(value).toString()]),
    ).toEqual([
      [0x01, '11111111'],
      [0x81, '22222222'],
    ]);
    const global = profile.pins.get('3F00');
    expect(global?.get(0x01)).toMatchObject({ enabled: false, changeable: true, switchable: true, unblockedBy: 1 });
    expect(hex(global?.get(0x01)?.value)).toBe('30303030ffffffff');
    expect(global?.get(0x0a)).toMatchObject({
      enabled: true,
      unblockedBy: undefined,
      maximumAttempts: 10,
      attemptsLeft: 10,
    });
    expect(Buffer.from(global?.get(0x0a)?.value ?? []).toString()).toBe('55555555');
    for (const place of ['7F10', '7FD0', '7FC0', '7FB0']) {
      expect(profile.pins.get(place)?.get(0x81)).toMatchObject({
        unblockedBy: 0x81,
        maximumAttempts: 3,
        attemptsLeft: 3,
      });
    }
    expect([...profile.authentication.keys()].sort()).toEqual(['7FB0', '7FD0']);
    expect([...profile.cdma.keys()]).toEqual(['7FC0']);
    expect(profile.rfm).toHaveLength(4);
    expect(hex(profile.securityDomains[0]?.instance.instanceAID)).toBe('a000000151000000');
    expect(profile.securityDomains[0]?.keyList).toHaveLength(6);
  });

  it('authenticates with the test algorithm and key of its elements, which knows no limits of sequence numbers', () => {
    const profile = interpretProfile(elements());
    const { functions, rules, accepted } = authenticationConfiguration(profile, '7FD0');
    expect(rules).toEqual({});
    const network = usimTestAlgorithm(octets('000102030405060708090a0b0c0d0e0f'));
    const { vector } = generateAuthenticationVector(network, { rand: Buffer.alloc(16, 7), lastSqn: 0n });
    expect(authenticateAsUsim(functions, accepted, vector, rules)).toMatchObject({
      outcome: 'success',
      res: vector.xres,
    });
  });

  it('borrows keys where a mapping says so', () => {
    const borrowing = makeProfileElement({
      type: 'akaParameter',
      body: {
        header: { identification: 22 },
        algoConfiguration: {
          kind: 'mappingParameter',
          value: { mappingOptions: octets('06'), mappingSource: octets('a0000000871002ff49ff0589') },
        },
      },
    });
    const profile = interpretProfile(
      elements().map((element) => (element.identification === 22 ? borrowing : element)),
    );
    const rand = Buffer.alloc(16, 7);
    const [isim, usim] = ['7FB0', '7FD0'].map((path) =>
      authenticationConfiguration(profile, path).functions.f2345(rand),
    );
    expect(isim).toEqual(usim);
    expect(() => authenticationConfiguration(profile, '7FC0')).toThrow(code('CODE_MISSING'));
  });

  it('takes sequence numbers, limits and constants of Milenage from the element', () => {
    const parameter = makeProfileElement({
      type: 'akaParameter',
      body: {
        header: { identification: 11 },
        algoConfiguration: {
          kind: 'algoParameter',
          value: {
            algorithmID: 1,
            algorithmOptions: octets('01'),
            key: octets('465b5ce8b199b49faa5f0a2ee238a6bc'),
            opc: octets('cd63cb71954a9f4e48a5994e37a02baf'),
            rotationConstants: octets('4000204060'),
            xoringConstants: Buffer.from(
              [0, 1, 2, 4, 8].map((last) => last.toString(16).padStart(32, '0')).join(''),
              'hex',
            ),
          },
        },
        sqnOptions: octets('06'),
        sqnDelta: octets('000000000010'),
        sqnAgeLimit: octets('000000000020'),
        sqnInit: Array.from({ length: 32 }, (_, i) => octets(i.toString(16).padStart(12, '0'))),
      },
    });
    const profile = interpretProfile(
      elements().map((element) => (element.identification === 11 ? parameter : element)),
    );
    const { functions, rules, accepted } = authenticationConfiguration(profile, '7FD0');
    // 3GPP TS 35.208, test set 1.
    expect(hex(functions.f2345(octets('23553cbe9637a89d218ae64dae47bf35')).res)).toBe('a54211d5e3ba50bf');
    expect(rules).toEqual({ delta: 16n, ageLimit: 32n });
    expect(accepted[31]).toBe(31n);
  });

  it('refuses algorithms it does not have', () => {
    const list = elements().map((element): ProfileElement => {
      if (element.type !== 'akaParameter' || element.body.algoConfiguration.kind !== 'algoParameter') return element;
      const { value } = element.body.algoConfiguration;
      return {
        ...element,
        body: { ...element.body, algoConfiguration: { kind: 'algoParameter', value: { ...value, algorithmID: 4 } } },
      };
    });
    expect(() => authenticationConfiguration(interpretProfile(list), '7FD0')).toThrow(code('UNSUPPORTED_SERVICE'));
  });

  it('shares the PINs of another directory where PE-PINCodes names it', () => {
    const sharing = makeProfileElement({
      type: 'pinCodes',
      body: { header: { identification: 21 }, pinCodes: { kind: 'filePath', value: octets('7FD0') } },
    });
    const profile = interpretProfile(elements().map((element) => (element.identification === 21 ? sharing : element)));
    expect(profile.pins.get('7FB0')).toBe(profile.pins.get('7FD0'));
  });

  it('refuses a PIN whose PUK is not there', () => {
    expect(() => interpretProfile(elements().filter(({ type }) => type !== 'pukCodes'))).toThrow(
      expect.objectContaining({ code: 'CODE_MISSING', identification: 2 }),
    );
  });

  const replaced = (identification: number, change: (element: ProfileElement) => ProfileElement) =>
    elements().map((element) => (element.identification === identification ? change(element) : element));
  /** The PINs of one element, changed. */
  const withPins = (identification: number, change: (pin: PinConfiguration) => PinConfiguration) =>
    replaced(identification, (element) => {
      if (element.type !== 'pinCodes' || element.body.pinCodes.kind !== 'pinconfig') throw new Error('no PINs');
      const value = element.body.pinCodes.value.map(change);
      return { ...element, body: { ...element.body, pinCodes: { kind: 'pinconfig', value } } };
    });
  const refused = (list: readonly ProfileElement[], expected: string, identification: number | undefined) =>
    expect(() => interpretProfile(list)).toThrow(expect.objectContaining({ code: expected, identification }));

  it('refuses local PINs in the MF and global ones elsewhere', () => {
    refused(
      withPins(2, (pin) => (pin.keyReference === 10 ? { ...pin, keyReference: 0x81 } : pin)),
      'BAD_PARAMETER',
      2,
    );
    refused(
      withPins(10, (pin) => ({ ...pin, keyReference: 0x0b })),
      'BAD_PARAMETER',
      10,
    );
  });

  it('refuses more attempts left than there are, and sequence numbers of more than 43 bits', () => {
    const pin = makeProfileElement({
      type: 'pinCodes',
      body: {
        header: { identification: 21 },
        pinCodes: {
          kind: 'pinconfig',
          value: [{ keyReference: 0x81, pinValue: Buffer.alloc(8, 0x31), attempts: 0x34 }],
        },
      },
    });
    const changed = elements().map((element) => (element.identification === 21 ? pin : element));
    expect(() => interpretProfile(changed)).toThrow(code('BAD_PARAMETER'));

    const [aka] = elements().filter(({ type }) => type === 'akaParameter');
    if (aka?.type !== 'akaParameter') throw new Error('no keys');
    const { raw: _, ...body } = aka.body;
    const beyond = octets('080000000000');
    for (const change of [
      { sqnInit: Array(32).fill(beyond) },
      { sqnDelta: beyond },
      { sqnOptions: octets('04'), sqnAgeLimit: beyond },
    ]) {
      const parameter = makeProfileElement({ type: 'akaParameter', body: { ...body, ...change } });
      const profile = interpretProfile(
        elements().map((element) =>
          element === aka || element.identification === aka.identification ? parameter : element,
        ),
      );
      expect(() => authenticationConfiguration(profile, '7FD0')).toThrow(code('BAD_PARAMETER'));
    }
  });

  it('refuses a PIN twice, and PINs twice for one directory', () => {
    refused(
      withPins(2, (pin) => ({ ...pin, keyReference: 0x0a })),
      'ELEMENT_REPEATED',
      2,
    );
    const again = elements().flatMap((element) => (element.identification === 10 ? [element, element] : [element]));
    refused(again, 'ELEMENT_REPEATED', 10);
  });

  it('refuses directories that name PINs which are not there', () => {
    refused(
      withPins(2, (pin) => (pin.keyReference === 11 ? { ...pin, keyReference: 0x0c } : pin)),
      'CODE_MISSING',
      undefined,
    );
    refused(
      elements().filter(({ identification }) => identification !== 10),
      'CODE_MISSING',
      undefined,
    );
  });

  it('puts PINs into the directory that was made last, be it one inside an application', () => {
    const pins = makeProfileElement({
      type: 'pinCodes',
      body: {
        header: { identification: 99 },
        pinCodes: { kind: 'pinconfig', value: [{ keyReference: 0x82, pinValue: Buffer.alloc(8, 0x31) }] },
      },
    });
    const list = elements().flatMap((element) => (element.type === 'gsm-access' ? [element, pins] : [element]));
    expect([...(interpretProfile(list).pins.get('7FD0/5F3B')?.keys() ?? [])]).toEqual([0x82]);
  });

  it('refuses keys of the wrong length, and a second set for one application', () => {
    const withKey = (key: Uint8Array, algorithmID: number) =>
      replaced(11, (element) => {
        if (element.type !== 'akaParameter' || element.body.algoConfiguration.kind !== 'algoParameter') return element;
        const value = { ...element.body.algoConfiguration.value, key, algorithmID };
        return { ...element, body: { ...element.body, algoConfiguration: { kind: 'algoParameter', value } } };
      });
    refused(withKey(Buffer.alloc(32), 1), 'BAD_PARAMETER', 11);
    refused(withKey(Buffer.alloc(16), 2), 'BAD_PARAMETER', 11);
    expect(() => interpretProfile(withKey(Buffer.alloc(16), 3))).not.toThrow();
    const again = elements().flatMap((element) => (element.identification === 11 ? [element, element] : [element]));
    refused(again, 'ELEMENT_REPEATED', 11);
  });

  it('warns of what it leaves out, when that is not mandatory', () => {
    const optional = replaced(14, (element) => {
      if (element.type !== 'df-saip') throw new Error('df-saip expected');
      return { ...element, mandated: false, body: { ...element.body, templateId: '2.23.143.1.2.14.9' } };
    });
    const profile = interpretProfile(optional);
    expect(profile.warnings).toEqual([{ code: 'UNSUPPORTED_TEMPLATE', identification: 14 }]);
    expect(profile.fileSystem.find('7FD0/5FD0')).toBeUndefined();
    refused(
      optional.map((element) => ({ ...element, mandated: true })),
      'UNSUPPORTED_TEMPLATE',
      14,
    );
  });

  it('refuses unknown elements only when they are mandatory', () => {
    const unknown = {
      type: 'unknown',
      tag: 0xbf3f,
      raw: new Uint8Array(0),
      identification: 99,
      mandated: false,
    } as const;
    const { warnings } = interpretProfile([...elements(), unknown]);
    expect(warnings).toEqual([{ code: 'UNSUPPORTED_ELEMENT', identification: 99 }]);
    expect(() => interpretProfile([...elements(), { ...unknown, mandated: true }])).toThrow(
      code('UNSUPPORTED_ELEMENT'),
    );
  });
});
