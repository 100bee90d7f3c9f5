import type { FileCommand, FileManagementCommandInput } from '../elements/file.ts';
import { makeProfileElement, type ProfileElement } from '../elements/profile-element.ts';
import { readProfilePackage } from '../profile-package-reader.ts';
import { describeWithSamples, SAMPLE_PACKAGES, samplePackage } from '../sample-packages.ts';
import { TEMPLATE_ID } from '../templates/index.ts';
import { buildFileSystem } from './build-file-system.ts';
import { type ElementaryFile, recordsOf } from './file-node.ts';
import type { FileSystem } from './file-system.ts';

const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex');
const octets = (digits: string) => Buffer.from(digits, 'hex');
const content = (system: FileSystem, path: string) => hex(system.elementaryFile(path).body.octets);
const code = (expected: string) => expect.objectContaining({ name: 'ProfilePackageError', code: expected });

describeWithSamples('the files of the TS.48 packages', () => {
  it.each(SAMPLE_PACKAGES)(
    '$file: ICCID, IMSI, access classes and administrative data are where a terminal reads them',
    (sample) => {
      const system = buildFileSystem(readProfilePackage(sample.content).elements);
      expect(content(system, '2FE2')).toBe(sample.iccidInMetadata.toLowerCase());
      const imsi = [...system.nodes()].filter((node) => node.name === 'ef-imsi') as ElementaryFile[];
      expect(imsi.map(({ body }) => hex(body.octets))).toEqual(sample.efImsi);
      expect(content(system, '7FD0/6F78')).toBe('0001');
      expect(content(system, '7FD0/6FAD')).toBe('80000002');
      expect(system.applications.map(({ name }) => name).sort()).toEqual(['adf-csim', 'adf-isim', 'adf-usim']);
    },
  );

  it.each(SAMPLE_PACKAGES)('$file: every file has an access rule that is there', (sample) => {
    const system = buildFileSystem(readProfilePackage(sample.content).elements);
    const without = [...system.nodes()].filter((node) => system.accessRule(node) === undefined);
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  const system = () => buildFileSystem(readProfilePackage(samplePackage().content).elements);

  it('has what the package does not say from the template: sizes, identifiers, patterns', () => {
    const files = system();
    expect(files.elementaryFile('7FD0/6F08')).toMatchObject({ name: 'ef-keys', sfi: 0x08, fid: 0x6f08 });
    expect(content(files, '7FD0/6F08')).toBe(`07${'ff'.repeat(32)}`);
    expect(content(files, '7FD0/5F3B/4F20')).toBe(`${'ff'.repeat(8)}07`);
    expect(files.elementaryFile('7FD0/6F06').sfi).toBe(0x17);
    // EF.EPSLOCI: twelve octets of the default are kept, six are written.
    expect(content(files, '7FD0/6FE3')).toBe(`${'ff'.repeat(12)}000000000001`);
    // Not in any element, but in a template that is created by default.
    expect(files.elementaryFile('2F08').body.octets).toHaveLength(5);
  });

  it('lays records out with the pattern in each', () => {
    const files = system();
    const messages = recordsOf(files.elementaryFile('7FD0/6F3C').body);
    expect(messages).toHaveLength(10);
    expect(new Set(messages.map(hex))).toEqual(new Set([`00${'ff'.repeat(175)}`]));
    const directory = recordsOf(files.elementaryFile('2F00').body).map(hex);
    expect(directory.map((record) => record.slice(0, 4))).toEqual(['6114', '6114', '6118', 'ffff']);
    // An element's repeatPattern, record by record.
    expect(recordsOf(files.elementaryFile('7FD0/6F83').body).map(hex)).toEqual(Array(10).fill('000000'));
  });

  it('selects by path, by short identifier and by the beginning of an AID', () => {
    const files = system();
    const usim = files.application(octets('A0000000871002'));
    expect(usim?.path).toBe('7FD0');
    expect(files.find('3F00')).toBe(files.mf);
    expect(files.find('7f10/5f3a/4f3a')?.path).toBe('7F10/5F3A/4F3A');
    expect(files.find('7F105F3A4F3A')).toBe(files.find('7F10/5F3A/4F3A'));
    expect(usim && files.bySfi(usim, 0x07)?.name).toBe('ef-imsi');
    expect(files.find('7F10/FFFF')).toBeUndefined();
    expect(files.find('2FE2/2FE2')).toBeUndefined();
    expect(() => files.get('7F10/FFFF')).toThrow(code('FILE_NOT_FOUND'));
    expect(files.application(octets('A0000000871005'))).toBeUndefined();
  });

  it('shares the content of linked files, with attributes of their own', () => {
    const files = system();
    const original = files.elementaryFile('7FD0/6F40');
    const link = files.elementaryFile('7F10/6F40');
    expect(link.linkedTo).toBe('7FD0/6F40');
    original.body.octets[0] = 0x41;
    expect(link.body.octets[0]).toBe(0x41);
    expect(link.access).not.toEqual(original.access);
    // A link to a link: DF.CSIM -> EF.FDN of the USIM.
    expect(files.elementaryFile('7FC0/6F3B').body).toBe(files.elementaryFile('7FD0/6F3B').body);
  });

  it('gives files made one by one a short identifier from the lower bits of the long one, unless told otherwise', () => {
    const files = system();
    expect(files.elementaryFile('7F10/5F3E/4F01').sfi).toBe(1);
    expect(files.elementaryFile('7F10/5F3E/4F03').sfi).toBeUndefined();
    expect(files.elementaryFile('7F10/5F3A/4F09').sfi).toBe(1);
  });

  it('begins BER-TLV files empty and keeps their size', () => {
    const { body } = system().elementaryFile('7FD0/6FFE');
    expect(body).toMatchObject({ structure: 'ber-tlv', maximumSize: 0x400 });
    expect(body.octets).toHaveLength(0);
  });
});

/** A small package: an MF with its EF.ARR, and files made one by one. */
function packageWith(...commands: readonly FileManagementCommandInput[]): ProfileElement[] {
  const mf = makeProfileElement({
    type: 'mf',
    body: {
      identification: 1,
      templateId: TEMPLATE_ID.mf,
      files: new Map([
        ['mf', [{ kind: 'fileDescriptor', value: { pinStatusTemplateDO: octets('010a') } }]],
        ['ef-iccid', [{ kind: 'fillFileContent', value: octets('98001032547698103214') }]],
        [
          'ef-dir',
          [{ kind: 'fileDescriptor', value: { fileDescriptor: octets('42210010'), efFileSize: octets('20') } }],
        ],
        [
          'ef-arr',
          [{ kind: 'fileDescriptor', value: { fileDescriptor: octets('42210010'), efFileSize: octets('20') } }],
        ],
      ]),
    },
  });
  const files = makeProfileElement({
    type: 'genericFileManagement',
    body: { header: { identification: 2 }, fileManagement: [commands] },
  });
  return [mf, files];
}

const create = (fid: string, size: string, more: object = {}): FileManagementCommandInput => ({
  kind: 'createFCP',
  value: { fileDescriptor: octets('4121'), fileID: octets(fid), efFileSize: octets(size), ...more },
});
const directory = (fid: string): FileManagementCommandInput => ({
  kind: 'createFCP',
  value: { fileDescriptor: octets('7821'), fileID: octets(fid), securityAttributesReferenced: octets('0e') },
});
const fill = (digits: string): FileManagementCommandInput => ({ kind: 'fillFileContent', value: octets(digits) });
const skip = (value: number): FileManagementCommandInput => ({ kind: 'fillFileOffset', value });
const path = (digits: string): FileManagementCommandInput => ({ kind: 'filePath', value: octets(digits) });

describe('files made one by one', () => {
  it('are filled piece by piece, each going on where the last one ended', () => {
    const system = buildFileSystem(packageWith(create('2F10', '08'), fill('0102'), skip(2), fill('0304')));
    expect(content(system, '2F10')).toBe('0102ffff0304ffff');
  });

  it('are made in the directory that was made or selected last', () => {
    const commands = [
      directory('7F66'),
      create('4F01', '01'),
      directory('5F40'),
      create('4F01', '01'),
      path('7F66'),
      create('4F02', '01'),
    ];
    const system = buildFileSystem(packageWith(...commands));
    const made = [...system.nodes()].map((node) => node.path).filter((made_) => made_.startsWith('7F66'));
    expect(made.sort()).toEqual(['7F66', '7F66/4F01', '7F66/4F02', '7F66/5F40', '7F66/5F40/4F01']);
  });

  it('may be selected again and changed', () => {
    const system = buildFileSystem(packageWith(create('2F10', '03'), path('2F10'), skip(1), fill('55')));
    expect(content(system, '2F10')).toBe('ff55ff');
  });

  it('have the pattern of the element', () => {
    const filled = create('2F10', '05', { proprietaryEFInfo: { fillPattern: octets('0102') } });
    const repeated = create('2F11', '05', { proprietaryEFInfo: { repeatPattern: octets('0102') } });
    const system = buildFileSystem(packageWith(filled, repeated));
    expect(content(system, '2F10')).toBe('0102020202');
    expect(content(system, '2F11')).toBe('0102010201');
  });

  it('look for their access rule under the implicit EF.ARR of their place', () => {
    const attributes = { securityAttributesReferenced: octets('02') };
    const system = buildFileSystem(
      packageWith(create('2F10', '01', attributes), directory('7F66'), create('4F01', '01', attributes)),
    );
    expect(system.elementaryFile('2F10').access).toEqual({ file: 0x2f06, record: 2 });
    expect(system.elementaryFile('7F66/4F01').access).toEqual({ file: 0x6f06, record: 2 });
    expect(system.directory('7F66').access).toEqual({ file: 0x2f06, record: 14 });
  });

  it('may begin with the MF itself', () => {
    const mf = create('3F00', '00', { fileDescriptor: octets('7821'), efFileSize: undefined });
    const [, element] = packageWith(mf, create('2F10', '02'), directory('7F10'), create('6F3A', '01'));
    const system = buildFileSystem(element === undefined ? [] : [element]);
    expect([...system.nodes()].map((node) => node.path)).toEqual(['3F00', '2F10', '7F10', '7F10/6F3A']);
    const [, early] = packageWith(create('2F10', '02'));
    expect(() => buildFileSystem(early === undefined ? [] : [early])).toThrow(code('MF_NOT_SECOND'));
  });

  const record = { fileDescriptor: octets('42210003') };
  const berTlv = { fileDescriptor: octets('7921') };
  const link = (fid: string, to: string) => create(fid, '01', { linkPath: octets(to) });
  it.each<[string, string, readonly FileManagementCommandInput[]]>([
    ['content beyond the end', 'BAD_FILE', [create('2F10', '02'), skip(1), fill('0102')]],
    ['content without a file', 'BAD_FILE', [fill('01')]],
    ['records that do not fill the file', 'BAD_FILE', [create('2F10', '04', record)]],
    ['an offset in a BER-TLV file', 'BAD_FILE', [create('2F10', '04', berTlv), skip(1)]],
    ['more objects than a BER-TLV file takes', 'BAD_FILE', [create('2F10', '04', berTlv), fill('8003010203')]],
    ['a second MF', 'FILE_EXISTS', [create('3F00', '00', { fileDescriptor: octets('7821') })]],
    ['an identifier twice', 'FILE_EXISTS', [create('2F10', '02'), create('2F10', '02')]],
    ['the place of a file that is there', 'FILE_EXISTS', [create('2FE2', '02')]],
    ['a path that leads nowhere', 'FILE_NOT_FOUND', [path('7F66')]],
    ['half a path', 'BAD_FILE', [path('7F6601')]],
    ['a link that leads nowhere', 'FILE_NOT_FOUND', [link('2F10', '7F66')]],
    ['links in a ring', 'BAD_FILE', [link('2F10', '2F11'), link('2F11', '2F10')]],
    ['more than there is room for', 'FILE_SYSTEM_TOO_LARGE', [create('2F10', 'ffffffff')]],
    [
      'an access rule before the first one',
      'BAD_FILE',
      [create('2F10', '01', { securityAttributesReferenced: octets('00') })],
    ],
    ['a kind of file that does not exist', 'BAD_FILE', [create('2F10', '01', { fileDescriptor: octets('4321') })]],
    [
      'two patterns at once',
      'BAD_FILE',
      [create('2F10', '01', { proprietaryEFInfo: { fillPattern: octets('01'), repeatPattern: octets('01') } })],
    ],
  ])('are refused with %s', (_, expected, commands) => {
    expect(() => buildFileSystem(packageWith(...commands))).toThrow(code(expected));
  });

  it('are refused when together they exceed the room', () => {
    const commands = [create('2F10', '60'), create('2F11', '60')];
    expect(() => buildFileSystem(packageWith(...commands), { octets: 256 })).toThrow(code('FILE_SYSTEM_TOO_LARGE'));
    expect(() => buildFileSystem(packageWith(...commands), { octets: 512 })).not.toThrow();
  });

  it('name the element in the error', () => {
    expect(() => buildFileSystem(packageWith(path('7F66')))).toThrow(expect.objectContaining({ identification: 2 }));
  });
});

describeWithSamples('files of templates', () => {
  const replaced = (type: string, change: (element: ProfileElement) => ProfileElement) =>
    readProfilePackage(samplePackage().content).elements.map((element) =>
      element.type === type ? change(element) : element,
    );

  it('need a template that is known, and the one of the element', () => {
    const other = (templateId: string) =>
      replaced('usim', (element) => {
        if (element.type !== 'usim') return element;
        return { ...element, body: { ...element.body, templateId } };
      });
    for (const templateId of ['2.23.143.1.2.99', TEMPLATE_ID['opt-usim']]) {
      expect(() => buildFileSystem(other(templateId))).toThrow(code('UNSUPPORTED_TEMPLATE'));
    }
  });

  it('are made as often as they are described, each with an identifier of its own', () => {
    const descriptor = (fid: string) => ({
      kind: 'fileDescriptor' as const,
      value: { raw: octets(''), fileID: octets(fid), fileDescriptor: octets('42210010'), efFileSize: octets('20') },
    });
    const fillWith = (digits: string) => ({ kind: 'fillFileContent' as const, value: octets(digits) });
    const elements = (second: string) =>
      replaced('telecom', (element) => {
        if (element.type !== 'telecom') return element;
        const steps = [descriptor('4F58'), fillWith('01'), descriptor(second), fillWith('02')];
        return {
          ...element,
          body: {
            ...element.body,
            files: new Map<string, readonly FileCommand[]>([...element.body.files, ['ef-adn', steps] as const]),
          },
        };
      });
    const system = buildFileSystem(elements('4F59'));
    expect(content(system, '7F10/5F3A/4F58').slice(0, 4)).toBe('01ff');
    expect(content(system, '7F10/5F3A/4F59').slice(0, 4)).toBe('02ff');
    expect(() => buildFileSystem(elements('4F58'))).toThrow(code('FILE_EXISTS'));
  });

  it('are left out on doNotCreate, though the template makes them by default', () => {
    const elements = replaced('usim', (element) => {
      if (element.type !== 'usim') return element;
      const files = new Map([...element.body.files, ['ef-netpar', [{ kind: 'doNotCreate', value: null }] as const]]);
      return { ...element, body: { ...element.body, files } };
    });
    expect(buildFileSystem(elements).find('7FD0/6FC4')).toBeUndefined();
  });
});
