import { createHash } from 'node:crypto';
import { encodeTlv } from '@tegata/der';
import fc from 'fast-check';
import { makeProfileElement, type ProfileElement, type ProfileElementInput } from './elements/profile-element.ts';
import {
  encodeProfilePackage,
  ProfilePackageReader,
  profilePackage,
  readProfilePackage,
} from './profile-package-reader.ts';
import { describeWithSamples, SAMPLE_PACKAGES, samplePackage } from './sample-packages.ts';

const code = (expected: string) => expect.objectContaining({ name: 'ProfilePackageError', code: expected });

describeWithSamples('reading a profile package', () => {
  it('has all 36 packages to read', () => {
    expect(SAMPLE_PACKAGES).toHaveLength(36);
  });

  it.each(SAMPLE_PACKAGES)('$file: elements, header and services are those of the index', (sample) => {
    expect(createHash('sha256').update(sample.content).digest('hex')).toBe(sample.sha256);
    const { header, elements } = readProfilePackage(sample.content);

    expect(elements.map(({ type, raw }) => ({ type, octets: raw.length }))).toEqual(
      sample.profileElements.map(({ type, octets }) => ({ type, octets })),
    );
    expect(`${header.majorVersion}.${header.minorVersion}`).toBe(sample.saip);
    expect(header.profileType).toBe(sample.profileType);
    expect(Buffer.from(header.iccid).toString('hex').replace(/f+$/, '')).toBe(sample.iccid);
    expect([...header.mandatoryServices].sort()).toEqual([...sample.mandatoryServices].sort());
  });

  it.each(SAMPLE_PACKAGES)('$file: every element encodes to the octets it was read from', ({ content }) => {
    const { elements } = readProfilePackage(content);
    for (const element of elements) {
      const again = makeProfileElement(element as ProfileElementInput);
      expect(Buffer.from(again.raw).toString('hex')).toBe(Buffer.from(element.raw).toString('hex'));
    }
    expect(Buffer.from(encodeProfilePackage({ elements })).equals(content)).toBe(true);
  });
});

describeWithSamples('reading a package that arrives in pieces', () => {
  const whole = () => readProfilePackage(samplePackage().content).elements.map(summary);

  it('gives the same elements however it was cut', () => {
    const { content } = samplePackage();
    const expected = whole();
    const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1007 }));
    fc.assert(
      fc.property(fc.infiniteStream(sizes), (stream) => {
        const reader = new ProfilePackageReader();
        const elements: ProfileElement[] = [];
        for (let at = 0; at < content.length; ) {
          const size = stream.next().value;
          elements.push(...reader.push(content.subarray(at, at + size)));
          at += size;
        }
        reader.finish();
        expect(elements.map(summary)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same elements from segments of 1007 octets and from single octets', () => {
    const { content } = samplePackage();
    for (const size of [1, 1007]) {
      const reader = new ProfilePackageReader();
      const elements: ProfileElement[] = [];
      for (let at = 0; at < content.length; at += size) elements.push(...reader.push(content.subarray(at, at + size)));
      expect(reader.complete).toBe(true);
      expect(elements.map(summary)).toEqual(whole());
    }
  });

  it('hands out an element with its last octet, not later', () => {
    const { content } = samplePackage();
    const { elements } = readProfilePackage(content);
    const reader = new ProfilePackageReader();
    let at = 0;
    for (const { raw, type } of elements) {
      expect(reader.push(content.subarray(at, at + raw.length - 1))).toEqual([]);
      expect(
        reader.push(content.subarray(at + raw.length - 1, at + raw.length)).map((element) => element.type),
      ).toEqual([type]);
      at += raw.length;
    }
  });

  it('refuses every truncation', () => {
    const { content } = samplePackage('TS48v1_A.der');
    fc.assert(
      fc.property(fc.nat({ max: content.length - 1 }), (length) => {
        expect(() => readProfilePackage(content.subarray(0, length))).toThrow(code('TRUNCATED'));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses octets after the end element', () => {
    const { content } = samplePackage();
    expect(() => readProfilePackage(Buffer.concat([content, Buffer.of(0)]))).toThrow(code('TRAILING_OCTETS'));
    const reader = new ProfilePackageReader();
    reader.push(content);
    expect(() => reader.push(Buffer.of(0xa0))).toThrow(code('TRAILING_OCTETS'));
  });

  it('never holds more than its limits: an announced length is refused before its octets come', () => {
    const reader = new ProfilePackageReader({ elementOctets: 4096 });
    expect(() => reader.push(Buffer.from('b0821000', 'hex'))).toThrow(code('ELEMENT_TOO_LARGE'));
    expect(() => new ProfilePackageReader().push(Buffer.from('b084ffffffff', 'hex'))).toThrow(
      code('ELEMENT_TOO_LARGE'),
    );
    const { content } = samplePackage();
    expect(() => readProfilePackage(content, { packageOctets: content.length - 1 })).toThrow(code('PACKAGE_TOO_LARGE'));
  });

  it('answers any octets with a package or an error of its own, never with another failure', () => {
    const { content } = samplePackage('TS48v1_A.der');
    const change = fc.record({ at: fc.nat({ max: 3000 }), octet: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const hostile = Buffer.from(content);
        for (const { at, octet } of changes) hostile[at] = octet;
        try {
          readProfilePackage(hostile);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProfilePackageError' });
        }
      }),
      { numRuns: 80 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        expect(() => readProfilePackage(octets)).toThrow(expect.objectContaining({ name: 'ProfilePackageError' }));
      }),
    );
  });

  it.each([
    ['an indefinite length', 'b080'],
    ['a length in five octets', 'b0850000000001'],
    ['a tag in five octets', 'bf8181818101'],
    ['a length longer than needed', 'b08103a00000'],
  ])('refuses %s', (_, hex) => {
    expect(() => new ProfilePackageReader().push(Buffer.from(hex, 'hex'))).toThrow(code('MALFORMED_ELEMENT'));
  });
});

describeWithSamples('the sequence of elements', () => {
  const elements = () => [...readProfilePackage(samplePackage().content).elements];
  const index = (type: string) => elements().findIndex((element) => element.type === type);
  const without = (type: string) => elements().filter((element) => element.type !== type);
  const rejected = (list: readonly ProfileElement[], expected: string) =>
    expect(() => profilePackage(list)).toThrow(code(expected));
  const moved = (type: string, to: number) => {
    const list = elements();
    const [element] = list.splice(index(type), 1);
    list.splice(to, 0, element as ProfileElement);
    return list;
  };

  it('begins with the header and the MF', () => {
    rejected(elements().slice(1), 'HEADER_NOT_FIRST');
    rejected(without('mf'), 'MF_NOT_SECOND');
    rejected(moved('pukCodes', 1), 'MF_NOT_SECOND');
    rejected(moved('mf', 2), 'MF_NOT_SECOND');
  });

  it('ends with the end, and has one', () => {
    rejected(without('end'), 'TRUNCATED');
    rejected(moved('end', elements().length - 2), 'TRAILING_OCTETS');
  });

  it.each([
    ['opt-usim', 'usim'],
    ['gsm-access', 'usim'],
    ['df-5gs', 'usim'],
    ['df-saip', 'usim'],
    ['opt-isim', 'isim'],
    ['opt-csim', 'csim'],
    ['cdmaParameter', 'csim'],
    ['akaParameter', 'usim'],
  ])('has %s after %s', (extension, application) => {
    rejected(moved(extension, index(application)), 'ELEMENT_OUT_OF_ORDER');
  });

  it('has its PUKs right after the MF, and security domains before what works under them', () => {
    rejected(moved('pukCodes', 3), 'ELEMENT_OUT_OF_ORDER');
    rejected(moved('rfm', index('securityDomain')), 'ELEMENT_OUT_OF_ORDER');
    rejected(without('securityDomain'), 'ELEMENT_OUT_OF_ORDER');
  });

  it('lets the PUKs of a minimal profile for IoT precede the element that makes its files', () => {
    const list = elements();
    const header = list[0] as ProfileElement;
    if (header.type !== 'header') throw new Error('the first element is the header');
    const iotOptions = { raw: new Uint8Array(0), pix: Buffer.alloc(7) };
    const iotHeader = { ...header, body: { ...header.body, mandatoryServices: ['usim'] as const, iotOptions } };
    const puks = list[index('pukCodes')] as ProfileElement;
    const iot = { ...(list[index('usim')] as ProfileElement), type: 'iot' } as ProfileElement;
    const end = list.at(-1) as ProfileElement;
    expect(() => profilePackage([iotHeader, puks, iot, end])).not.toThrow();
    expect(() => profilePackage([iotHeader, iot, end])).not.toThrow();
    rejected([header, puks, iot, end], 'MF_NOT_SECOND');
    rejected([iotHeader, puks, end], 'MF_NOT_SECOND');
  });

  it.each(['header', 'mf', 'telecom', 'pukCodes', 'usim', 'isim', 'opt-usim'])('has %s once', (type) => {
    const list = elements();
    const element = list[index(type)] as ProfileElement;
    // A number of its own, so that it is the repetition that is refused.
    const again = { ...element, identification: 30_000 } as ProfileElement;
    list.splice(index('end'), 0, again);
    rejected(list, 'ELEMENT_REPEATED');
  });

  it('gives each element a number of its own', () => {
    const list = elements();
    list.splice(index('end'), 0, list[index('rfm')] as ProfileElement);
    rejected(list, 'IDENTIFICATION_REPEATED');
  });

  it('has an element for each demanded service', () => {
    for (const type of ['isim', 'csim']) {
      const rest = elements().filter(
        (element) => !['isim', 'opt-isim', 'csim', 'opt-csim', 'cdmaParameter'].includes(element.type),
      );
      const others = elements().filter(
        (element) => element.type !== type && element.type !== `opt-${type}` && element.type !== 'cdmaParameter',
      );
      rejected(type === 'isim' ? others : rest, 'SERVICE_WITHOUT_ELEMENT');
    }
  });

  it('is of an edition that is understood', () => {
    const list = elements();
    const header = list[0] as ProfileElement;
    if (header.type !== 'header') throw new Error('the first element is the header');
    list[0] = { ...header, body: { ...header.body, majorVersion: 4 } };
    rejected(list, 'UNSUPPORTED_VERSION');
  });

  it('keeps elements of unknown type as they are', () => {
    const { content } = samplePackage();
    const all = elements();
    const end = all.at(-1) as ProfileElement;
    const unknown = encodeTlv(0xbf3f, Buffer.from('a003810177', 'hex'), Buffer.from('810101', 'hex'));
    const octets = Buffer.concat([content.subarray(0, content.length - end.raw.length), unknown, end.raw]);
    const read = readProfilePackage(octets);
    expect(read.elements.at(-2)).toMatchObject({ type: 'unknown', tag: 0xbf3f, identification: 0x77, mandated: false });
    expect(Buffer.from(encodeProfilePackage(read)).equals(octets)).toBe(true);
  });

  it('tells which element was refused', () => {
    const { content } = samplePackage();
    const broken = Buffer.from(content);
    // The tag of templateID of PE-MF, the second element.
    const at = (elements()[0] as ProfileElement).raw.length + 4 + 7;
    expect(broken[at]).toBe(0x81);
    broken[at] = 0x9e;
    expect(() => readProfilePackage(broken)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_ELEMENT', index: 1, identification: 4 }),
    );
  });
});

function summary({ type, raw, identification }: ProfileElement) {
  return { type, identification, raw: Buffer.from(raw).toString('hex') };
}
