import { FILE_ELEMENTS } from '../elements/file-elements.ts';
import { FILE_TEMPLATES } from './index.ts';
import { amended, templateRows } from './template-table.ts';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

describe('the tables of file templates', () => {
  it('read a row as it is printed', () => {
    const [directory, keys, record] = templateRows(`
      df-telecom 7F10 df -     14 -  -
      ef-keys    6F08 tr 33    5  08 07FF..
      ef-ici     6F80 cy 20x38 5  14 FF..0000000001FFFF
    `);
    expect(directory).toMatchObject({ kind: 'df', fid: 0x7f10, parent: undefined, length: undefined });
    expect(keys).toMatchObject({
      fid: 0x6f08,
      length: 33,
      records: undefined,
      accessRule: 5,
      sfi: 8,
      parent: 'df-telecom',
    });
    expect(keys && [hex(keys.content.prefix), hex(keys.content.filler)]).toEqual(['07', 'ff']);
    expect(record).toMatchObject({ length: 38, records: 20 });
    expect(record && [hex(record.content.prefix), hex(record.content.suffix)]).toEqual(['', '0000000001ffff']);
  });

  it.each([
    'ef-x 6F08 tr 33 5 08',
    'ef-x 6F08 tr 33 5 08 FF.. more',
    'ef-x 6F08 xx 33 5 08 FF..',
    'ef-x 6F08 tr 33 5 08 F',
  ])('refuse the row «%s»', (row) => {
    expect(() => templateRows(row)).toThrow(SyntaxError);
  });

  it('keep the place of a row that a later edition changes, and put new ones under the same directory', () => {
    const rows = amended(
      templateRows('df-a 5FC0 df - 14 - -\nef-b 4F01 tr 1 2 - -'),
      'ef-b 4F01 tr 2 2 - -\nef-c 4F02 tr 1 2 - -',
    );
    expect(rows.map(({ name, length, parent }) => [name, length, parent])).toEqual([
      ['df-a', undefined, undefined],
      ['ef-b', 2, 'df-a'],
      ['ef-c', 1, 'df-a'],
    ]);
  });

  it.each([...FILE_TEMPLATES])(
    '%s has only files of its element, each once, and no identifier twice in a directory',
    (_, { element, files }) => {
      const names = files.map(({ name }) => name);
      const known = new Set(FILE_ELEMENTS[element].files.map(({ name }) => name));
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      const places = files.filter(({ fid }) => fid !== undefined).map(({ parent, fid }) => `${parent}/${fid}`);
      expect(new Set(places).size).toBe(places.length);
    },
  );

  it('have a row for every file of an element in the last edition of its template', () => {
    const lastOf = new Map([...FILE_TEMPLATES.values()].map((template) => [template.element, template]));
    for (const [element, { files }] of lastOf) {
      const rows = new Set(files.map(({ name }) => name));
      const missing = FILE_ELEMENTS[element].files.filter(({ name }) => !rows.has(name));
      expect({ element, missing }).toEqual({ element, missing: [] });
    }
  });
});
