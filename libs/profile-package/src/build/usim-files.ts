import { encodeMsisdn, encodeShortMessageCentre } from '../subscription/dialling-numbers.ts';
import {
  accessClassOf,
  encodeAccessClasses,
  encodeAdministrativeData,
  encodeImsi,
  homePlmn,
} from '../subscription/imsi.ts';
import { encodeServiceProviderName } from '../subscription/names.ts';
import { encodeEmergencyNumber, encodeNetworkPreferences, encodePlmn } from '../subscription/networks.ts';
import { badValue } from '../subscription/subscription-value.ts';
import { accessRules, described, type FileInput, filled, records, sized, sizeOctets } from './file-inputs.ts';
import type { SubscriptionProfile } from './subscription-profile.ts';

/** AID of the USIM (ETSI TS 101 220 annex E): 3GPP, USIM, no country and no provider of its own. */
export const USIM_AID = Uint8Array.from(Buffer.from('A0000000871002FFFFFFFF8900000100', 'hex'));
/** Identifier by which paths in the package name the ADF. */
export const USIM_TEMPORARY_ID = Uint8Array.of(0x7f, 0xd0);
/** PINs of the USIM: the user's, PIN2, ADM1. */
export const USIM_PINS = Uint8Array.of(0x01, 0x81, 0x0a);

/** Octets of EF.UST: up to service 136. */
const SERVICE_TABLE_OCTETS = 17;
const MSISDN_RECORD = 24;
const SMSP_RECORD = 38;

/** Services whose files, or whose security domain, the package has (3GPP TS 31.102 section 4.2.8). 33 is to be set in any case. */
const SERVICES = {
  fixedDialling: 2,
  shortMessages: 10,
  shortMessageParameters: 12,
  groupIdentifier1: 17,
  groupIdentifier2: 18,
  serviceProviderName: 19,
  userNetworks: 20,
  msisdn: 21,
  dataDownload: 28,
  packetDomain: 33,
  gsmSecurityContext: 38,
  operatorNetworks: 42,
  homeNetwork: 43,
  equivalentHomeNetworks: 71,
  epsMobility: 85,
  fiveGsMobility: 122,
} as const;

type UsimService = keyof typeof SERVICES;

/** Files of PE-USIM. */
export function usimFiles(subscription: SubscriptionProfile): Map<string, FileInput> {
  const { imsi, mncLength, acc, spn, spnDisplay, shortMessageCentre } = subscription;
  const home = encodePlmn(homePlmn(imsi, mncLength));
  const emergency = subscription.emergencyNumbers ?? ['112', '911'];
  return new Map<string, FileInput>([
    ['adf-usim', described({ fileID: USIM_TEMPORARY_ID, dfName: USIM_AID, pinStatusTemplateDO: USIM_PINS })],
    ['ef-imsi', filled(encodeImsi(imsi))],
    ['ef-arr', accessRules()],
    ['ef-ust', described({ efFileSize: sizeOctets(SERVICE_TABLE_OCTETS) }, serviceTable(subscription))],
    ...(shortMessageCentre === undefined
      ? []
      : ([['ef-smsp', filled(encodeShortMessageCentre(shortMessageCentre, SMSP_RECORD))]] as const)),
    ['ef-spn', filled(encodeServiceProviderName(spn, spnDisplay))],
    // No service that EF.EST switches is active.
    ['ef-est', filled(Uint8Array.of(0))],
    ['ef-acc', filled(acc === undefined ? accessClassOf(imsi) : encodeAccessClasses(acc))],
    ['ef-ad', filled(encodeAdministrativeData(mncLength))],
    ['ef-ecc', records(emergency.map(encodeEmergencyNumber))],
    ...Object.entries(locationFiles(home).usim).map(([name, content]) => [name, filled(content)] as const),
  ]);
}

/** Files of PE-OPT-USIM. */
export function optionalUsimFiles(subscription: SubscriptionProfile): Map<string, FileInput> {
  const { msisdn, imsi, mncLength, gid1, gid2, preferredNetworks, equivalentHomeNetworks } = subscription;
  const home = { plmn: homePlmn(imsi, mncLength), technologies: ['utran', 'eutran', 'ngran', 'gsm'] as const };
  const files = new Map<string, FileInput>();
  if (gid1 !== undefined) files.set('ef-gid1', sized(groupIdentifier(gid1)));
  if (gid2 !== undefined) files.set('ef-gid2', sized(groupIdentifier(gid2)));
  files.set('ef-msisdn', msisdn === undefined ? [] : filled(encodeMsisdn(msisdn, MSISDN_RECORD)));
  files.set('ef-plmnwact', []);
  if (preferredNetworks !== undefined && preferredNetworks.length > 0) {
    files.set('ef-oplmnwact', sized(encodeNetworkPreferences(preferredNetworks)));
  }
  files.set('ef-hplmnwact', filled(encodeNetworkPreferences([home])));
  if (equivalentHomeNetworks !== undefined && equivalentHomeNetworks.length > 0) {
    // The list has to name the home network itself too, first.
    files.set('ef-ehplmn', sized(Buffer.concat([home.plmn, ...equivalentHomeNetworks].map(encodePlmn))));
  }
  return files;
}

/** Files of PE-DF-5GS. */
export function fiveGsFiles({ imsi, mncLength }: SubscriptionProfile): Map<string, FileInput> {
  const { fiveGs } = locationFiles(encodePlmn(homePlmn(imsi, mncLength)));
  return new Map<string, FileInput>([
    ['df-df-5gs', described({ pinStatusTemplateDO: USIM_PINS })],
    ...Object.entries(fiveGs).map(([name, content]) => [name, filled(content)] as const),
    ['ef-5gs3gppnsc', []],
    ['ef-5gsn3gppnsc', []],
  ]);
}

/**
 * Location files of a card that was never used: no identities, location area of the home network but without number, not
 * updated. Naming the home network is the recommendation of 3GPP TS 31.102 annex E.
 *
 * @param home 3 octets
 */
export function locationFiles(home: Uint8Array): {
  readonly usim: Readonly<Record<'ef-loci' | 'ef-psloci' | 'ef-epsloci', Uint8Array>>;
  readonly fiveGs: Readonly<Record<'ef-5gs3gpploci' | 'ef-5gsn3gpploci', Uint8Array>>;
} {
  const location = (before: number, after: string) => Buffer.concat([ones(before), home, Buffer.from(after, 'hex')]);
  return {
    usim: {
      'ef-loci': location(4, '0000FF01'),
      'ef-psloci': location(7, '0000FF01'),
      'ef-epsloci': location(12, '000001'),
    },
    fiveGs: { 'ef-5gs3gpploci': location(13, '00000001'), 'ef-5gsn3gpploci': location(13, '00000001') },
  };
}

/** EF.UST: exactly the services whose files are there, and data download by short messages when there is who takes it. */
function serviceTable(subscription: SubscriptionProfile): Uint8Array {
  const { gid1, gid2, preferredNetworks = [], equivalentHomeNetworks = [], mnoSecurityDomain } = subscription;
  const absent = new Set<UsimService>();
  if (gid1 === undefined) absent.add('groupIdentifier1');
  if (gid2 === undefined) absent.add('groupIdentifier2');
  if (preferredNetworks.length === 0) absent.add('operatorNetworks');
  if (equivalentHomeNetworks.length === 0) absent.add('equivalentHomeNetworks');
  if (mnoSecurityDomain === undefined) absent.add('dataDownload');
  const table = new Uint8Array(SERVICE_TABLE_OCTETS);
  for (const [name, number] of Object.entries(SERVICES)) {
    if (absent.has(name as UsimService)) continue;
    const at = (number - 1) >> 3;
    table[at] = (table[at] ?? 0) | (1 << ((number - 1) & 7));
  }
  return table;
}

function groupIdentifier(octets: Uint8Array): Uint8Array {
  if (octets.length < 1 || octets.length > 8) throw badValue('a group identifier has 1 to 8 octets');
  return octets;
}

function ones(count: number): Uint8Array {
  return new Uint8Array(count).fill(0xff);
}
