import { unconfirmedAttributes } from './unconfirmed-attributes.ts';

const attributes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

describe('what an applicant has typed', () => {
  const typed = { family_name: 'Tegata', given_name: 'Hanako', birth_date: '1990-04-01', address: '港区関所1-2' };
  const unconfirmed = (declared: object, shown: object, required: string[] = []) =>
    unconfirmedAttributes(attributes({ ...typed, ...declared }), attributes({ ...typed, ...shown }), required);

  it.each<[string, object, object, string[]]>([
    ['is confirmed by evidence that says the same', {}, {}, []],
    ['as another spelling of the same name', { family_name: '‘Ｔｅｇａｔａ’' }, {}, []],
    ['as another spelling of the same address', { address: '港区関所１丁目２番' }, {}, []],
    ['in other letters is not', { family_name: '手形', given_name: '花子' }, {}, ['family_name', 'given_name']],
    ['of which the evidence has a part is not', { given_name: 'Hanako Maria' }, {}, ['given_name']],
    ['with a building behind the address that is printed is not', { address: '港区関所1-2 とりで荘' }, {}, ['address']],
    ['that the evidence has not is not', {}, { address: '' }, ['address']],
    ['where there is nothing to type is nothing', { given_name: '-' }, { given_name: '' }, []],
  ])('%s', (_, declared, shown, names) => {
    expect(unconfirmed(declared, shown)).toEqual(names);
  });

  it('is refused where the carrier requires what is not confirmed, and not where it requires something else', () => {
    const declared = { family_name: '手形' };
    expect(unconfirmed(declared, {}, ['given_name', 'birth_date'])).toEqual(['family_name']);
    expect(() => unconfirmed(declared, {}, ['birth_date', 'family_name'])).toThrow(
      expect.objectContaining({ reason: 'ATTRIBUTE_UNCONFIRMED' }),
    );
  });
});
