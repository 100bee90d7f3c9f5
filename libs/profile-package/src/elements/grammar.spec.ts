import { readFileSync } from 'node:fs';
import { type Member, parseAsn1Module } from '@tegata/rsp/testing';
import { describeWithSamples, sampleGrammar } from '../sample-packages.ts';
import { FILE_ELEMENTS, type FileElementType } from './file-elements.ts';
import { SERVICES } from './profile-header.ts';

describeWithSamples('the declarations are those of PEDefinitions', () => {
  let types: ReturnType<typeof parseAsn1Module>;
  beforeAll(() => {
    types = parseAsn1Module(readFileSync(sampleGrammar, 'utf8'));
  });
  const members = (name: string): readonly Member[] => {
    const type = types.get(name);
    return type !== undefined && 'members' in type ? type.members : [];
  };
  const named = (type: Member['type'] | undefined): string => (type?.kind === 'reference' ? type.name : '');

  it('services, in their order', () => {
    expect(members('ServicesList').map(({ name }) => name)).toEqual([...SERVICES]);
  });

  it.each(Object.keys(FILE_ELEMENTS) as FileElementType[])('%s: tag, files, which may be absent', (type) => {
    const alternatives = members('ProfileElement');
    const place = alternatives.findIndex(({ name }) => name === type);
    // AUTOMATIC TAGS: the place in the CHOICE is the tag number.
    expect(FILE_ELEMENTS[type].tags).toEqual([place < 31 ? 0xa0 + place : 0xbf00 + place]);
    const [header, templateId, ...files] = members(named(alternatives[place]?.type));
    expect([named(header?.type), templateId?.name]).toEqual(['PEHeader', 'templateID']);
    expect(files.every((file) => named(file.type) === 'File')).toBe(true);
    expect(FILE_ELEMENTS[type].files).toEqual(files.map(({ name, optional }) => ({ name, optional })));
  });
});
