import {
  decodeAccessClasses,
  decodeAdministrativeData,
  decodeApplicationTemplate,
  decodeEmergencyNumber,
  decodeImsi,
  decodeIsimText,
  decodeMsisdn,
  decodeNetworkPreferences,
  decodePlmns,
  decodeServiceProviderName,
  decodeServiceTable,
  decodeShortMessageCentre,
  type ElementaryFile,
  ProfilePackageError,
  recordsOf,
} from '@tegata/profile-package';

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** What is printed in place of keys, codes, and contents that may be any of these. */
export const hidden = '(hidden)';

/** Octets that are printed of a content without reader. */
const shownOctets = 16;

type Reader = (file: ElementaryFile) => string | undefined;

const ofRecords =
  (read: (record: Uint8Array) => string | undefined): Reader =>
  ({ body }) =>
    recordsOf(body)
      .flatMap((record) => read(record) ?? [])
      .join(', ');

const networks: Reader = ({ body }) =>
  decodeNetworkPreferences(body.octets)
    .map(({ plmn, technologies }) => (technologies.length === 0 ? plmn : `${plmn} ${technologies.join('+')}`))
    .join(', ') || '(none)';

const languages: Reader = ({ body }) =>
  Buffer.from(body.octets)
    .toString('latin1')
    .replaceAll(/[^ -~]/g, '');

const administrativeData: Reader = ({ body }) => {
  const { operationMode, mncLength } = decodeAdministrativeData(body.octets);
  return [operationMode ?? `mode ${hex(body.octets.subarray(0, 1))}`, mncLength && `MNC of ${mncLength} digits`]
    .filter(Boolean)
    .join(', ');
};

/** Files whose meaning is known. A reader that says nothing leaves the octets. */
const readers: Readonly<Record<string, Reader>> = {
  'ef-iccid': ({ body }) =>
    hex(body.octets)
      .replaceAll(/(.)(.)/g, '$2$1')
      .replace(/F+$/, ''),
  'ef-dir': ofRecords((record) => {
    const application = decodeApplicationTemplate(record);
    return application && `${hex(application.aid)} ${application.label.replaceAll(/[^ -~]/g, '')}`.trim();
  }),
  'ef-pl': languages,
  'ef-li': languages,
  'ef-imsi': ({ body }) => decodeImsi(body.octets),
  'ef-spn': ({ body, parent }) => (parent?.name === 'adf-usim' ? decodeServiceProviderName(body.octets) : undefined),
  'ef-ust': ({ body }) =>
    `services ${decodeServiceTable(body.octets).map(({ number }) => number)}`.replaceAll(',', ', '),
  'ef-ad': (file) => (file.parent?.name === 'adf-csim' ? undefined : administrativeData(file)),
  'ef-acc': ({ body }) => `classes ${decodeAccessClasses(body.octets).join(', ') || 'none'}`,
  'ef-ecc': (file) => (file.body.recordLength > 0 ? ofRecords(decodeEmergencyNumber)(file) : undefined),
  'ef-hplmnwact': networks,
  'ef-plmnwact': networks,
  'ef-oplmnwact': networks,
  'ef-ehplmn': ({ body }) => decodePlmns(body.octets).join(', '),
  'ef-fplmn': ({ body }) => decodePlmns(body.octets).join(', '),
  'ef-msisdn': ofRecords(decodeMsisdn),
  'ef-smsp': (file) => (file.parent?.name === 'adf-csim' ? undefined : ofRecords(decodeShortMessageCentre)(file)),
  'ef-impi': ({ body }) => decodeIsimText(body.octets),
  'ef-domain': ({ body }) => decodeIsimText(body.octets),
  'ef-impu': ofRecords(decodeIsimText),
};

/** Files that hold keys, passwords, or what is made of keys (3GPP TS 31.102 section 4, 3GPP2 C.S0065 section 3.4). */
const keyFiles: ReadonlySet<string> = new Set([
  'ef-keys',
  'ef-keysPS',
  'ef-kc',
  'ef-kcgprs',
  'ef-epsnsc',
  'ef-5gs3gppnsc',
  'ef-5gsn3gppnsc',
  'ef-5gauthkeys',
  'ef-dck',
  'ef-hiddenkey',
  'ef-gbabp',
  'ef-msk',
  'ef-muk',
  'ef-ncp-ip',
  'ef-mmsicp',
  'ef-mmsup',
  'ef-mmsucp',
  'ef-eapkeys',
  'ef-ps',
  'ef-reid',
  'ef-3gcik',
  'ef-spc',
  'ef-sippapss',
  'ef-hidden-key',
  'ef-wapbrowsercp',
]);

/**
 * What a file holds, in a line: its meaning where that is known, else its first octets. Contents of files that hold keys, and of
 * files that no template names and that may hold anything, are hidden unless `showSecrets`.
 */
export function contentOf(file: ElementaryFile, { showSecrets }: { readonly showSecrets: boolean }): string {
  const { name, body } = file;
  const { octets } = body;
  if (octets.length === 0) return '';
  if (octets.every((octet) => octet === 0xff)) return '(empty)';
  const secret = name === undefined || keyFiles.has(name);
  if (secret) return showSecrets ? hex(octets) : hidden;
  return meaningOf(name, file) || `${hex(octets.subarray(0, shownOctets))}${octets.length > shownOctets ? '…' : ''}`;
}

function meaningOf(name: string, file: ElementaryFile): string | undefined {
  try {
    return readers[name]?.(file);
  } catch (error) {
    if (error instanceof ProfilePackageError) return undefined;
    throw error;
  }
}
