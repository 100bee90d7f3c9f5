import {
  buildProfilePackage,
  encodeProfilePackage,
  type FileCommandInput,
  makeProfileElement,
  type ProfileElement,
  readProfilePackage,
} from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { describeProfile } from './describe-profile.ts';

const secret = Buffer.from('C0FFEE00C0FFEE00C0FFEE00C0FFEE00', 'hex');
const octets = (digits: string) => Buffer.from(digits, 'hex');

/** The sample subscription with keys in files: those that templates name for keys, and one that no template names. */
function packageWithKeysInFiles() {
  const { elements } = readProfilePackage(
    buildProfilePackage({
      ...sampleSubscription,
      shortMessageCentre: '81901234567',
      equivalentHomeNetworks: ['44010'],
    }),
  );
  const holding: readonly FileCommandInput[] = [{ kind: 'fillFileContent', value: secret }];
  const withKeys = (files: ReadonlyMap<string, readonly FileCommandInput[]>, ...names: string[]) =>
    new Map<string, readonly FileCommandInput[]>([...files, ...names.map((name) => [name, holding] as const)]);
  const amended = elements.flatMap((element): ProfileElement[] => {
    if (element.type === 'usim') {
      const files = withKeys(element.body.files, 'ef-keys', 'ef-keysPS');
      return [makeProfileElement({ ...element, body: { ...element.body, files } })];
    }
    if (element.type !== 'df-5gs') return [element];
    const files = withKeys(element.body.files, 'ef-5gauthkeys', 'ef-5gs3gppnsc');
    const own = [
      {
        kind: 'createFCP',
        value: { fileDescriptor: octets('4121'), fileID: octets('6F9A'), efFileSize: octets('10') },
      },
      { kind: 'fillFileContent', value: secret },
    ] as const;
    return [
      makeProfileElement({ ...element, body: { ...element.body, files } }),
      makeProfileElement({
        type: 'genericFileManagement',
        body: { header: { mandated: null, identification: 99 }, fileManagement: [own] },
      }),
    ];
  });
  return readProfilePackage(encodeProfilePackage({ elements: amended }));
}

describe('a package, described', () => {
  const described = (showSecrets: boolean) => describeProfile(packageWithKeysInFiles(), { showSecrets });
  const contents = (showSecrets = false) =>
    new Map(described(showSecrets).files.map(({ path, content }) => [path, content]));

  it('says what its files mean', () => {
    const content = contents();
    expect(content.get('2F00')).toBe('A0000000871002FFFFFFFF8900000100 Aozora');
    expect(content.get('2FE2')).toBe(sampleSubscription.iccid);
    expect(content.get('7FD0/6F07')).toBe(sampleSubscription.imsi);
    expect(content.get('7FD0/6F46')).toBe('Aozora');
    expect(content.get('7FD0/6F40')).toBe(sampleSubscription.msisdn);
    expect(content.get('7FD0/6F42')).toBe('81901234567');
    expect(content.get('7FD0/6FAD')).toBe('normal operation, MNC of 2 digits');
    expect(content.get('7FD0/6F78')).toBe('classes 5');
    expect(content.get('7FD0/6F62')).toBe('00101 utran+eutran+ngran+gsm');
    expect(content.get('7FD0/6F60')).toBe('(none)');
    expect(content.get('7FD0/6FD9')).toBe('00101, 44010');
    expect(content.get('7FD0/6FB7')).toBe('112, 911');
    expect(content.get('7FD0/6F38')).toBe('services 2, 10, 12, 19, 20, 21, 33, 38, 43, 71, 85, 122');
  });

  it('names the services of the USIM', () => {
    expect(described(false).services).toContainEqual({
      application: '7FD0',
      number: 85,
      service: 'EPS mobility management information',
    });
  });

  it('hides what is in files for keys and in files that no template names, unless it is asked for', () => {
    const places = ['7FD0/6F08', '7FD0/6F09', '7FD0/5FC0/4F05', '7FD0/5FC0/4F03', '6F9A'];
    const hidden = contents();
    expect(places.map((path) => hidden.get(path))).toEqual(places.map(() => '(hidden)'));
    expect(JSON.stringify(described(false)).toUpperCase()).not.toContain('C0FFEE00');
    const shown = contents(true);
    for (const path of places) expect(shown.get(path)).toContain('C0FFEE00C0FFEE00C0FFEE00C0FFEE00');
  });
});
