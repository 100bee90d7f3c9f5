import fc from 'fast-check';
import { SetError } from './fields.ts';
import { parseManifest, parseSession } from './manifest.ts';

const manifest = {
  identities: ['002', '003'],
  perhapsOnePerson: [['002', '003']],
  sessions: [{ name: 's00-genuine', kind: 'genuine', claimed: '002', actual: '002', expect: 'accept' }],
  documents: [{ file: 'td3-0.jpg', type: 'passport', mrz: ['P<UTO', 'X'], fields: { no: 'X' } }],
  presentations: [{ file: 'p0.jpg', kind: 'documentOnScreen', type: 'passport', medium: 'phone-326' }],
  held: [{ name: 'h0', kind: 'heldScreen', type: 'passport', colours: ['red', 'cyan'] }],
  emrtd: [{ file: 'ok.json', identity: '002', mrz: 'P<UTO', expect: 'valid' }],
};
const session = {
  challenge: ['left', 'up'],
  colours: ['red'],
  document: 'document.jpg',
  frames: [
    { file: 'f00.jpg', prompt: -1 },
    { file: 'f01.jpg', prompt: 0, atMs: 350 },
    { file: 'f02.jpg', prompt: 2, colour: 0 },
  ],
};

const changed = (value: object, path: readonly (string | number)[], to: unknown): string => {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
  parent[path.at(-1)!] = to;
  return JSON.stringify(copy);
};

describe('the manifest of a set', () => {
  it('tells people, sessions, documents and chips', () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual({
      identities: ['002', '003'],
      perhapsOnePerson: [['002', '003']],
      sessions: manifest.sessions,
      documents: [{ ...manifest.documents[0], degradation: undefined }],
      presentations: manifest.presentations,
      held: manifest.held,
      chips: [{ file: 'ok.json', mrz: 'P<UTO', expect: 'valid' }],
    });
  });

  it('may leave parts out, but not all', () => {
    expect(parseManifest(JSON.stringify({ identities: ['1'] }))).toMatchObject({
      perhapsOnePerson: [],
      sessions: [],
      documents: [],
      presentations: [],
      held: [],
      chips: [],
    });
    expect(() => parseManifest('{}')).toThrow('manifest.json: there is nothing in the set');
  });

  it.each([
    ['manifest.json: is no JSON', '{'],
    ['manifest.json: an object is wanted', '[]'],
    ['manifest.json: sessions: a list is wanted', changed(manifest, ['sessions'], {})],
    [
      'manifest.json: sessions[0].expect: "maybe" is none of accept, reject',
      changed(manifest, ['sessions', 0, 'expect'], 'maybe'),
    ],
    ['manifest.json: sessions[0].kind: is missing', changed(manifest, ['sessions', 0, 'kind'], undefined)],
    ['manifest.json: sessions[0].name: "../s" is no file name', changed(manifest, ['sessions', 0, 'name'], '../s')],
    [
      'manifest.json: documents[0].file: "/etc/passwd" is no file name',
      changed(manifest, ['documents', 0, 'file'], '/etc/passwd'),
    ],
    ['manifest.json: presentations[0].kind: is missing', changed(manifest, ['presentations', 0, 'kind'], undefined)],
    [
      'manifest.json: presentations[0].file: "../p0.jpg" is no file name',
      changed(manifest, ['presentations', 0, 'file'], '../p0.jpg'),
    ],
    [
      'manifest.json: held[0].colours[1]: "pink" is none of red, green, blue, cyan, magenta, yellow',
      changed(manifest, ['held', 0, 'colours', 1], 'pink'),
    ],
    ['manifest.json: held: h0 is there twice', changed(manifest, ['held', 1], manifest.held[0])],
    ['manifest.json: documents[0].mrz[1]: a text is wanted', changed(manifest, ['documents', 0, 'mrz', 1], 7)],
    [
      'manifest.json: documents[0].fields.no: a text is wanted',
      changed(manifest, ['documents', 0, 'fields', 'no'], null),
    ],
    [
      'manifest.json: emrtd[0].expect: "good" is none of valid, invalid',
      changed(manifest, ['emrtd', 0, 'expect'], 'good'),
    ],
    [
      'manifest.json: perhapsOnePerson[0]: two names are wanted',
      changed(manifest, ['perhapsOnePerson', 0], ['002', '003', '004']),
    ],
    [
      'manifest.json: perhapsOnePerson[0]: 004 is nobody of identities',
      changed(manifest, ['perhapsOnePerson', 0], ['002', '004']),
    ],
    ['manifest.json: identities: 1 is there twice', changed(manifest, ['identities'], ['1', '1'])],
  ])('is refused with its place: %s', (message, json) => {
    expect(() => parseManifest(json)).toThrow(new Error(message));
  });

  it('is a set or a refusal, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        try {
          parseManifest(json);
        } catch (error) {
          expect(error).toBeInstanceOf(SetError);
        }
      }),
    );
    const paths = [
      ['sessions', 0, 'claimed'],
      ['documents', 0],
      ['documents', 0, 'fields'],
      ['presentations', 0],
      ['held', 0],
      ['emrtd', 0],
      ['identities', 0],
      ['perhapsOnePerson', 0],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          parseManifest(changed(manifest, path, value));
        } catch (error) {
          expect(error).toBeInstanceOf(SetError);
        }
      }),
    );
  });
});

describe('the record of a session', () => {
  it('tells challenge, document and frames; five a second where it does not say when', () => {
    const { prompts, colours, document, frames } = parseSession(JSON.stringify(session), 'session.json');
    expect([prompts, colours, document]).toEqual([['left', 'up'], ['red'], 'document.jpg']);
    expect(frames.map(({ prompt, colour, atMs }) => [prompt, colour, atMs])).toEqual([
      [-1, undefined, 0],
      [0, undefined, 350],
      [2, 0, 400],
    ]);
  });

  it.each([
    ['session.json: challenge[0]: "forward" is none of left, right, up, down', ['challenge', 0], 'forward'],
    ['session.json: colours[0]: "pink" is none of red, green, blue, cyan, magenta, yellow', ['colours', 0], 'pink'],
    ['session.json: frames[1].prompt: 3 is not within -1 to 2', ['frames', 1, 'prompt'], 3],
    ['session.json: frames[1].prompt: a whole number is wanted', ['frames', 1, 'prompt'], 0.5],
    ['session.json: frames[0].file: "a/b.jpg" is no file name', ['frames', 0, 'file'], 'a/b.jpg'],
    ['session.json: there are no prompts or no frames', ['frames'], []],
  ])('is refused with its place: %s', (message, path, to) => {
    expect(() => parseSession(changed(session, path, to), 'session.json')).toThrow(new Error(message));
  });
});
