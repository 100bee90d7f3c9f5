import { ALGORITHM } from '../elements/authentication.ts';
import type { FileCommandInput } from '../elements/file.ts';
import {
  type ElementOf,
  type FileElement,
  makeProfileElement,
  type ProfileElement,
  type ProfileElementInput,
} from '../elements/profile-element.ts';
import type { Service } from '../elements/profile-header.ts';
import { buildFileSystem } from '../file-system/build-file-system.ts';
import { encodeProfilePackage, type ProfilePackage, profilePackage } from '../profile-package-reader.ts';
import { encodeMsisdn } from '../subscription/dialling-numbers.ts';
import { encodeIccid } from '../subscription/iccid.ts';
import { encodeIsimText, imsDomain, imsPrivateIdentity, imsPublicIdentity } from '../subscription/ims-identities.ts';
import {
  accessClassOf,
  encodeAccessClasses,
  encodeAdministrativeData,
  encodeImsi,
  homePlmn,
} from '../subscription/imsi.ts';
import { encodeServiceProviderName } from '../subscription/names.ts';
import { encodePlmn } from '../subscription/networks.ts';
import { badValue } from '../subscription/subscription-value.ts';
import { encodeAdministrativeKey, encodePin, encodePuk } from '../subscription/verification-codes.ts';
import { withContent, withRecords } from './file-personalisation.ts';
import { type SecurityDomainKey, withSecurityDomainKeys } from './security-domain-keys.ts';
import type { SubscriptionProfile } from './subscription-profile.ts';
import { locationFiles } from './usim-files.ts';

/** What distinguishes one profile of a kind from another. Of the rest the template's values are kept. */
export type Personalisation = Pick<SubscriptionProfile, 'iccid' | 'imsi' | 'mncLength' | 'ki' | 'opc'> &
  Partial<
    Pick<
      SubscriptionProfile,
      'msisdn' | 'pin1' | 'puk1' | 'pin2' | 'puk2' | 'adm1' | 'acc' | 'spn' | 'spnDisplay' | 'profileType'
    >
  > & {
    /** in place of those of the template (`securityDomainKeySlots`); a key that is not given stays */
    readonly securityDomainKeys?: readonly SecurityDomainKey[];
  };

/**
 * Makes a subscription's package from one that serves as template: ICCID in header and EF.ICCID, identities in USIM and
 * ISIM, keys (always Milenage), codes, keys of security domains. Elements that nothing is changed in keep their octets. A CSIM is left as it is. The
 * number is for the user to read: a template without optional files of the USIM gets none.
 *
 * @returns the unprotected package, DER
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` also when the template has no place for a value; codes of
 *   `readProfilePackage` and `buildFileSystem` when the result would be no package
 */
export function personaliseProfilePackage(template: ProfilePackage, personalisation: Personalisation): Uint8Array {
  for (const type of ['usim', 'isim']) {
    const count = template.elements.filter((element) => element.type === type).length;
    if (count > 1) throw badValue(`the template has more than one ${type}`);
  }
  const elements = template.elements.map((element) => personalised(element, template, personalisation));
  requirePlaces(template, personalisation);
  const result = profilePackage(elements);
  // Content that does not fit its file is found here, not on the card.
  buildFileSystem(result.elements);
  return encodeProfilePackage(result);
}

function personalised(element: ProfileElement, template: ProfilePackage, values: Personalisation): ProfileElement {
  const input = changes(element, template, values);
  return input === undefined ? element : makeProfileElement(input);
}

/** The element with the subscription's values, or undefined where it has none. */
function changes(
  element: ProfileElement,
  template: ProfilePackage,
  values: Personalisation,
): ProfileElementInput | undefined {
  switch (element.type) {
    case 'header':
      return header(element, template, values);
    case 'mf':
      return withFiles(element, { 'ef-iccid': encodeIccid(values.iccid).file });
    case 'pukCodes':
      return pukCodes(element, values);
    case 'pinCodes':
      return pinCodes(element, values);
    case 'usim':
      return usim(element, values);
    case 'opt-usim':
      return optionalUsim(element, values);
    case 'df-5gs':
      return fiveGs(element, values);
    case 'isim':
      return isim(element, values);
    case 'akaParameter':
      return akaParameter(element, values);
    case 'securityDomain':
      return withSecurityDomainKeys(element, values.securityDomainKeys ?? []);
    default:
      return undefined;
  }
}

function header(
  { body }: ElementOf<'header'>,
  { elements }: ProfilePackage,
  { iccid, profileType }: Personalisation,
): ProfileElementInput {
  const services = new Set<Service>(body.mandatoryServices);
  // All keys become those of Milenage, so that no other algorithm is needed any more.
  if (elements.some(hasOwnKeys)) {
    for (const service of ['usim-test-algorithm', 'tuak128', 'tuak256'] as const) services.delete(service);
    services.add('milenage');
  }
  return {
    type: 'header',
    body: {
      ...body,
      iccid: encodeIccid(iccid).header,
      profileType: profileType ?? body.profileType,
      mandatoryServices: [...services],
    },
  };
}

function hasOwnKeys(element: ProfileElement): boolean {
  return element.type === 'akaParameter' && element.body.algoConfiguration.kind === 'algoParameter';
}

function pukCodes({ body }: ElementOf<'pukCodes'>, { puk1, puk2 }: Personalisation): ProfileElementInput {
  const values = new Map([
    [0x01, puk1],
    [0x81, puk2],
  ]);
  const codes = body.pukCodes.map((code) => {
    const value = values.get(code.keyReference);
    return value === undefined ? code : { ...code, pukValue: encodePuk(value) };
  });
  return { type: 'pukCodes', body: { ...body, pukCodes: codes } };
}

/** References of ADM1 to ADM10 (ETSI TS 102 221 table 9.3). A template's others are no secret, either: all become ADM1's. */
const ADMINISTRATIVE_CODES = [0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e] as const;

function pinCodes(
  { body }: ElementOf<'pinCodes'>,
  { pin1, pin2, adm1 }: Personalisation,
): ProfileElementInput | undefined {
  if (body.pinCodes.kind === 'filePath') return undefined;
  const administrative = adm1 === undefined ? undefined : encodeAdministrativeKey(adm1);
  const values = new Map([
    [0x01, pin1 === undefined ? undefined : encodePin(pin1)],
    [0x81, pin2 === undefined ? undefined : encodePin(pin2)],
    ...ADMINISTRATIVE_CODES.map((reference) => [reference, administrative] as const),
  ]);
  const value = body.pinCodes.value.map((pin) => ({ ...pin, pinValue: values.get(pin.keyReference) ?? pin.pinValue }));
  return { type: 'pinCodes', body: { ...body, pinCodes: { kind: 'pinconfig', value } } };
}

function usim(element: ElementOf<'usim'>, values: Personalisation): ProfileElementInput {
  const { imsi, mncLength, acc, spn, spnDisplay } = values;
  return withFiles(element, {
    'ef-imsi': encodeImsi(imsi),
    'ef-acc': acc === undefined ? accessClassOf(imsi) : encodeAccessClasses(acc),
    'ef-ad': encodeAdministrativeData(mncLength),
    ...locationFiles(homeOf(values)).usim,
    ...(spn !== undefined && { 'ef-spn': encodeServiceProviderName(spn, spnDisplay) }),
  });
}

function optionalUsim(element: ElementOf<'opt-usim'>, { msisdn }: Personalisation): ProfileElementInput | undefined {
  if (msisdn === undefined) return undefined;
  const { files } = element.body;
  const steps = files.get('ef-msisdn');
  const standard = 24;
  const descriptor = steps?.find((step) => step.kind === 'fileDescriptor')?.value.fileDescriptor;
  const length = descriptor?.subarray(2).reduce((total, octet) => total * 0x100 + octet, 0) || standard;
  const content = withRecords(steps, [encodeMsisdn(msisdn, length)], standard);
  return replacing(element, [['ef-msisdn', content]]);
}

/** The directory has just those files that its element names. */
function fiveGs(element: ElementOf<'df-5gs'>, values: Personalisation): ProfileElementInput {
  const locations = Object.entries(locationFiles(homeOf(values)).fiveGs);
  return withFiles(element, Object.fromEntries(locations.filter(([name]) => element.body.files.has(name))));
}

/** The identities that an ISIM would otherwise have of its template (3GPP TS 23.003 section 13). */
function isim(element: ElementOf<'isim'>, { imsi, mncLength, msisdn }: Personalisation): ProfileElementInput {
  const { files } = element.body;
  const identity = encodeIsimText(imsPrivateIdentity(imsi, mncLength));
  const domain = encodeIsimText(imsDomain(imsi, mncLength));
  const publicIdentities = [imsPublicIdentity(imsi, mncLength), ...(msisdn === undefined ? [] : [`tel:+${msisdn}`])];
  const changed: readonly (readonly [string, FileCommandInput[]])[] = [
    ['ef-impi', withContent(files.get('ef-impi'), identity, identity.length)],
    ['ef-impu', withRecords(files.get('ef-impu'), publicIdentities.map(encodeIsimText), 64)],
    ['ef-domain', withContent(files.get('ef-domain'), domain, domain.length)],
  ];
  return replacing(element, changed);
}

function akaParameter(
  { body }: ElementOf<'akaParameter'>,
  { ki, opc }: Personalisation,
): ProfileElementInput | undefined {
  if (body.algoConfiguration.kind === 'mappingParameter') return undefined;
  if (ki.length !== 16 || opc.length !== 16) throw badValue('K and OPc have 16 octets');
  const value = { algorithmID: ALGORITHM.milenage, algorithmOptions: Uint8Array.of(0x01), key: ki, opc };
  return { type: 'akaParameter', body: { ...body, algoConfiguration: { kind: 'algoParameter', value } } };
}

/** An element with other contents of some files. */
function withFiles({ type, body }: FileElement, contents: Readonly<Record<string, Uint8Array>>): ProfileElementInput {
  const changed = Object.entries(contents).map(
    ([name, content]) => [name, withContent(body.files.get(name), content)] as const,
  );
  return replacing({ type, body }, changed);
}

function replacing(
  { type, body }: Pick<FileElement, 'type' | 'body'>,
  files: Iterable<readonly [string, readonly FileCommandInput[]]>,
): ProfileElementInput {
  return { type, body: { ...body, files: new Map<string, readonly FileCommandInput[]>([...body.files, ...files]) } };
}

function homeOf({ imsi, mncLength }: Personalisation): Uint8Array {
  return encodePlmn(homePlmn(imsi, mncLength));
}

/** A value that is given must have somewhere to go. */
function requirePlaces({ elements }: ProfilePackage, values: Personalisation): void {
  const has = (type: ProfileElement['type']) => elements.some((element) => element.type === type);
  const pins = elements.flatMap((element) =>
    element.type === 'pinCodes' && element.body.pinCodes.kind === 'pinconfig' ? element.body.pinCodes.value : [],
  );
  const puks = elements.flatMap((element) => (element.type === 'pukCodes' ? element.body.pukCodes : []));
  const places: readonly (readonly [keyof Personalisation, boolean])[] = [
    ['imsi', has('usim')],
    ['ki', elements.some(hasOwnKeys)],
    ['pin1', pins.some(({ keyReference }) => keyReference === 0x01)],
    ['pin2', pins.some(({ keyReference }) => keyReference === 0x81)],
    ['adm1', pins.some(({ keyReference }) => keyReference === 0x0a)],
    ['puk1', puks.some(({ keyReference }) => keyReference === 0x01)],
    ['puk2', puks.some(({ keyReference }) => keyReference === 0x81)],
  ];
  for (const [name, there] of places) {
    if (values[name] !== undefined && !there) throw badValue(`the template has no place for ${name}`);
  }
}
