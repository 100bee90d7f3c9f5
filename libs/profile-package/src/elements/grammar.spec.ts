import { readFileSync } from 'node:fs';
import { describeWithSamples, sampleGrammar } from '../sample-packages.ts';
import { FILE_ELEMENTS, type FileElementType } from './file-elements.ts';
import { SERVICES } from './profile-header.ts';

interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

/** Members of a SEQUENCE or CHOICE of the ASN.1 module, in their order. */
function members(name: string): Member[] {
  const module = readFileSync(sampleGrammar, 'utf8').replace(/\/\*.*?\*\//gs, '');
  const body = new RegExp(`\\n${name}\\s*::=\\s*(?:SEQUENCE|CHOICE)\\s*\\{(.*?)\\n\\}`, 's').exec(module)?.[1] ?? '';
  return body
    .split('\n')
    .map((line) => line.replace(/--.*/, '').trim())
    .filter((line) => line !== '' && line !== '...')
    .map((line) => {
      const [member = '', type = ''] = line.replace(',', '').split(/\s+/);
      return { name: member, type, optional: line.includes('OPTIONAL') };
    });
}

describeWithSamples('the declarations are those of PEDefinitions', () => {
  it('services, in their order', () => {
    expect(members('ServicesList').map(({ name }) => name)).toEqual([...SERVICES]);
  });

  it.each(Object.keys(FILE_ELEMENTS) as FileElementType[])('%s: tag, files, which may be absent', (type) => {
    const alternatives = members('ProfileElement');
    const place = alternatives.findIndex(({ name }) => name === type);
    // AUTOMATIC TAGS: the place in the CHOICE is the tag number.
    expect(FILE_ELEMENTS[type].tags).toEqual([place < 31 ? 0xa0 + place : 0xbf00 + place]);
    const [header, templateId, ...files] = members(alternatives[place]?.type ?? '');
    expect([header?.type, templateId?.name]).toEqual(['PEHeader', 'templateID']);
    expect(files.every((file) => file.type === 'File')).toBe(true);
    expect(FILE_ELEMENTS[type].files).toEqual(files.map(({ name, optional }) => ({ name, optional })));
  });
});
