import { Schema } from '@tegata/der';
import { type Asn1Type, parseAsn1Module } from '../testing/asn1-module.ts';
import { Asn1Samples } from '../testing/asn1-samples.ts';
import { describeWithVectors, hex, vectorFile } from '../testing/vectors.ts';
import * as objects from './index.ts';

/** What the specification says outside of the module, or in a later edition of it: put into its words before it is read. */
const SAID_ELSEWHERE = [
  ['tac Octet8', 'tac OCTET STRING (SIZE(4))'],
  ['[APPLICATION 55] OCTET STRING', '[APPLICATION 55] OCTET STRING (SIZE(64))'],
  ['[APPLICATION 73] OCTET STRING', '[APPLICATION 73] OCTET STRING (SIZE(65))'],
  ['initialMacChainingValue OCTET STRING', 'initialMacChainingValue OCTET STRING (SIZE(16))'],
  ['ppkEnc OCTET STRING', 'ppkEnc OCTET STRING (SIZE(16))'],
  ['ppkCmac OCTET STRING', 'ppkCmac OCTET STRING (SIZE(16))'],
  ['SEQUENCE OF [', 'SEQUENCE (SIZE(1..MAX)) OF ['],
  [
    'prepareDownloadRequest [33] PrepareDownloadRequest',
    'smdpSigned2 SmdpSigned2, smdpSignature2 [APPLICATION 55] OCTET STRING (SIZE(64)), smdpCertificate Certificate',
  ],
] as const;

/** Types that are declared with the tag of their only place, and are read there. */
const READ_IN_PLACE = [
  'DeviceInfo',
  'DeviceCapabilities',
  'PrepareDownloadResponseOk',
  'PrepareDownloadResponseError',
  'AuthenticateResponseOk',
  'AuthenticateResponseError',
  'CancelSessionResponseOk',
  'SuccessResult',
  'ErrorResult',
  'ControlRefTemplate',
  'DpProprietaryData',
  'AuthenticateClientOk',
];

const declared = new Map<string, unknown>(Object.entries(objects));

describeWithVectors('the objects are those of SGP.22 annex H', () => {
  const module = SAID_ELSEWHERE.reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    Buffer.from(vectorFile('asn1/rsp.asn')).toString('latin1'),
  );
  const types = parseAsn1Module(module);
  const samples = new Asn1Samples(types, {
    Certificate: hex('30 03 02 01 01'),
    CertificateList: hex('30 03 02 01 01'),
    SubjectKeyIdentifier: hex('04 04 01 02 03 04'),
    Iccid: hex('98 00 10 32 54 76 98 10 32 14'),
    eidValue: hex('89 04 90 32 12 34 51 23 45 12 34 56 78 90 12 35'),
    mccMnc: hex('00 F1 10'),
  });
  const compared = [...types.keys()].filter(
    (name) => declared.get(name) instanceof Schema && !READ_IN_PLACE.includes(name),
  );

  it.each(compared)('%s: tags, order, what may be absent, sizes', (name) => {
    const schema = declared.get(name) as Schema<unknown>;
    const taken = samples
      .of(name)
      .map(({ what, der }) => ({ what, allowed: isSame(der, () => schema.encode(schema.decode(der))) }));
    expect(taken).toEqual(samples.of(name).map(({ what, allowed }) => ({ what, allowed })));
  });

  it('all commands and answers are declared but those of an LPA in the eUICC', () => {
    const commands = [...types].filter(
      ([, { kind, tag }]) => tag !== undefined && (kind === 'SEQUENCE' || kind === 'CHOICE'),
    );
    const absent = commands.map(([name]) => name).filter((name) => !compared.includes(name));
    expect(absent).toEqual(['LpaeActivationRequest', 'LpaeActivationResponse']);
  });

  it('all codes of results and reasons are declared', () => {
    const enumerations = [...declared.values()].map((value) => Object.entries(value ?? {}));
    const isDeclared = (names: Readonly<Record<string, number>>) =>
      enumerations.some((ours) =>
        Object.entries(names).every(([name, value]) => ours.some(([n, v]) => n === name && v === value)),
      );
    const named = [...types.values()].flatMap(namedIntegers);
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((names) => !isDeclared(names))).toEqual([{ ok: 0, notSupported: 1 }]); // lpaeActivationResult
  });
});

function isSame(der: Uint8Array, again: () => Uint8Array): boolean {
  try {
    return Buffer.compare(der, again()) === 0;
  } catch {
    return false;
  }
}

function namedIntegers(type: Asn1Type): readonly Readonly<Record<string, number>>[] {
  switch (type.kind) {
    case 'SEQUENCE':
    case 'CHOICE':
      return type.members.flatMap((member) => namedIntegers(member.type));
    case 'SEQUENCE OF':
      return namedIntegers(type.element);
    case 'INTEGER':
      return Object.keys(type.names).length > 0 ? [type.names] : [];
    default:
      return [];
  }
}
