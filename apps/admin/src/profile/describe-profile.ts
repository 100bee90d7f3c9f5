import {
  ALGORITHM,
  algorithmOf,
  type Directory,
  decodeCode,
  decodeImsi,
  decodeMsisdn,
  decodeServiceProviderName,
  type ElementaryFile,
  type InstalledProfile,
  iccidOfHeader,
  interpretProfile,
  type ProfilePackage,
  ProfilePackageError,
  recordsOf,
} from '@tegata/profile-package';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();
const hidden = '(hidden)';

/** A file of a profile, for people. */
export interface DescribedFile {
  readonly path: string;
  readonly name: string;
  /** `transparent 9`, `linear-fixed 3 × 28`, `directory` */
  readonly form: string;
  readonly sfi: string;
  /** what is known of the content */
  readonly content: string;
}

/** A profile package, for people. Keys and codes are hidden unless asked for. */
export interface DescribedProfile {
  readonly iccid: string;
  readonly edition: string;
  readonly profileType: string;
  readonly mandatoryServices: readonly string[];
  readonly octets: number;
  readonly elements: readonly {
    readonly number: number;
    readonly element: string;
    readonly identification: string;
    readonly mandatory: boolean;
    readonly octets: number;
  }[];
  readonly applications: readonly { readonly application: string; readonly kind: string }[];
  readonly authentication: readonly {
    readonly application: string;
    readonly algorithm: string;
    readonly k: string;
    readonly opc: string;
  }[];
  readonly codes: readonly {
    readonly directory: string;
    readonly reference: string;
    readonly enabled: string;
    readonly tries: string;
    readonly value: string;
  }[];
  readonly files: readonly DescribedFile[];
  readonly warnings: readonly string[];
}

/**
 * Describes a package as an eUICC would have it after installing it.
 * @throws ProfilePackageError where an eUICC would refuse it
 */
export function describeProfile(
  { header, elements }: ProfilePackage,
  { showSecrets }: { readonly showSecrets: boolean },
): DescribedProfile {
  const profile = interpretProfile(elements);
  const secret = (octets: Uint8Array) => (showSecrets ? hex(octets) : hidden);
  const code = (octets: Uint8Array) => (showSecrets ? (decodeCode(octets) ?? hex(octets)) : hidden);
  return {
    iccid: iccidOfHeader(header),
    edition: `${header.majorVersion}.${header.minorVersion}`,
    profileType: header.profileType ?? '',
    mandatoryServices: header.mandatoryServices,
    octets: elements.reduce((sum, { raw }) => sum + raw.length, 0),
    elements: elements.map((element, at) => ({
      number: at + 1,
      element: element.type,
      identification: element.identification === undefined ? '' : String(element.identification),
      mandatory: element.mandated,
      octets: element.raw.length,
    })),
    applications: applicationsOf(profile),
    authentication: [...profile.authentication].map(([application, parameter]) => {
      const { algorithmID, key, opc } = algorithmOf(profile, parameter);
      const algorithm =
        Object.entries(ALGORITHM).find(([, id]) => id === algorithmID)?.[0] ?? `algorithm ${algorithmID}`;
      return { application, algorithm, k: secret(key), opc: secret(opc) };
    }),
    codes: [
      ...[...profile.pins].flatMap(([directory, pins]) =>
        [...pins.values()].map((pin) => ({
          directory,
          reference: `PIN ${hexByte(pin.keyReference)}`,
          enabled: pin.enabled ? 'yes' : 'no',
          tries: `${pin.attemptsLeft} of ${pin.maximumAttempts}`,
          value: code(pin.value),
        })),
      ),
      ...[...profile.puks.values()].map((puk) => ({
        directory: '',
        reference: `PUK ${hexByte(puk.keyReference)}`,
        enabled: '',
        tries: `${puk.attemptsLeft} of ${puk.maximumAttempts}`,
        value: code(puk.value),
      })),
    ],
    files: filesOf(profile),
    warnings: profile.warnings.map(
      ({ code: warning, identification }) => `${warning} (element ${identification ?? '?'})`,
    ),
  };
}

const hexByte = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

function applicationsOf({ fileSystem, securityDomains, rfm, applications }: InstalledProfile) {
  return [
    ...fileSystem.applications.map(({ aid, path }) => ({ application: aid ? hex(aid) : path, kind: 'ADF' })),
    ...securityDomains.map(({ instance }) => ({ application: hex(instance.instanceAID), kind: 'security domain' })),
    ...rfm.map(({ instanceAID }) => ({ application: hex(instanceAID), kind: 'remote file management' })),
    ...applications.flatMap(({ loadBlock, instanceList = [] }) => [
      ...(loadBlock ? [{ application: hex(loadBlock.loadPackageAID), kind: 'load package' }] : []),
      ...instanceList.map(({ instanceAID }) => ({ application: hex(instanceAID), kind: 'application' })),
    ]),
  ];
}

function filesOf({ fileSystem }: InstalledProfile): DescribedFile[] {
  const describe = (directory: Directory): DescribedFile[] => [
    {
      path: directory.path,
      name: directory.name ?? directory.kind,
      form: directory.kind === 'adf' ? `directory ${directory.aid ? hex(directory.aid) : ''}`.trim() : 'directory',
      sfi: '',
      content: '',
    },
    ...[...directory.files.values()].flatMap((node) => (node.kind === 'ef' ? [describeFile(node)] : describe(node))),
  ];
  return [fileSystem.mf, ...fileSystem.applications].flatMap(describe);
}

function describeFile(file: ElementaryFile): DescribedFile {
  const { body, name, sfi, path, linkedTo } = file;
  const { structure, recordLength, octets, maximumSize } = body;
  const records = recordsOf(body);
  const size =
    recordLength > 0
      ? `${records.length} × ${recordLength}`
      : String(structure === 'ber-tlv' ? maximumSize : octets.length);
  return {
    path,
    name: name ?? '',
    form: `${structure} ${size}`,
    sfi: sfi === undefined ? '' : hexByte(sfi),
    content: linkedTo === undefined ? contentOf(file) : `is ${linkedTo}`,
  };
}

/** What can be said of files whose meaning is known; of others the first octets. */
const readers: Readonly<Record<string, (file: ElementaryFile) => string | undefined>> = {
  'ef-imsi': ({ body }) => decodeImsi(body.octets),
  'ef-spn': ({ body }) => decodeServiceProviderName(body.octets),
  'ef-iccid': ({ body }) =>
    hex(body.octets)
      .replaceAll(/(.)(.)/g, '$2$1')
      .replace(/F+$/, ''),
  'ef-msisdn': ({ body }) =>
    recordsOf(body)
      .flatMap((record) => decodeMsisdn(record) ?? [])
      .join(', '),
  'ef-li': ({ body }) =>
    Buffer.from(body.octets)
      .toString('latin1')
      .replaceAll(/[^ -~]/g, ''),
};
const shownOctets = 16;

function contentOf(file: ElementaryFile): string {
  const { octets } = file.body;
  try {
    const known = readers[file.name ?? '']?.(file);
    if (known) return known;
  } catch (error) {
    if (!(error instanceof ProfilePackageError)) throw error;
  }
  if (octets.every((octet) => octet === 0xff)) return octets.length === 0 ? '' : '(empty)';
  const shown = hex(octets.subarray(0, shownOctets));
  return octets.length > shownOctets ? `${shown}…` : shown;
}
