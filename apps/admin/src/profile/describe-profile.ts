import {
  ALGORITHM,
  algorithmOf,
  type Directory,
  decodeCode,
  decodeServiceTable,
  type ElementaryFile,
  type InstalledProfile,
  iccidOfHeader,
  interpretProfile,
  type ProfilePackage,
  recordsOf,
} from '@tegata/profile-package';
import { contentOf, hex, hidden } from './file-contents.ts';

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

/** A profile package, for people. Keys, codes, and contents that may be any are hidden unless asked for. */
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
  /** of EF.UST, by the ADF of the USIM */
  readonly services: readonly { readonly application: string; readonly number: number; readonly service: string }[];
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
    services: servicesOf(profile),
    files: filesOf(profile, showSecrets),
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

function servicesOf({ fileSystem }: InstalledProfile) {
  return fileSystem.applications.flatMap(({ path, files }) => {
    const table = [...files.values()].find(({ name }) => name === 'ef-ust');
    if (table?.kind !== 'ef') return [];
    return decodeServiceTable(table.body.octets).map(({ number, name }) => ({
      application: path,
      number,
      service: name ?? '(unknown)',
    }));
  });
}

function filesOf({ fileSystem }: InstalledProfile, showSecrets: boolean): DescribedFile[] {
  const describe = (directory: Directory): DescribedFile[] => [
    {
      path: directory.path,
      name: directory.name ?? directory.kind,
      form: directory.kind === 'adf' ? `directory ${directory.aid ? hex(directory.aid) : ''}`.trim() : 'directory',
      sfi: '',
      content: '',
    },
    ...[...directory.files.values()].flatMap((node) =>
      node.kind === 'ef' ? [describeFile(node, showSecrets)] : describe(node),
    ),
  ];
  return [fileSystem.mf, ...fileSystem.applications].flatMap(describe);
}

function describeFile(file: ElementaryFile, showSecrets: boolean): DescribedFile {
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
    content: linkedTo === undefined ? contentOf(file, { showSecrets }) : `is ${linkedTo}`,
  };
}
