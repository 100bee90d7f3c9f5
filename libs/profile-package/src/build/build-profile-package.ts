import { ALGORITHM } from '../elements/authentication.ts';
import { makeProfileElement, type ProfileElementInput } from '../elements/profile-element.ts';
import { encodeProfilePackage, profilePackage } from '../profile-package-reader.ts';
import { encodeApplicationTemplate } from '../subscription/application-template.ts';
import { encodeIccid } from '../subscription/iccid.ts';
import { badValue } from '../subscription/subscription-value.ts';
import { encodeAdministrativeKey, encodePin, encodePuk } from '../subscription/verification-codes.ts';
import { TEMPLATE_ID } from '../templates/index.ts';
import { accessRules, described, type FileInput, filled, records, shortIdentifier } from './file-inputs.ts';
import { mnoSecurityDomain } from './mno-security-domain.ts';
import type { SubscriptionProfile } from './subscription-profile.ts';
import { fiveGsFiles, optionalUsimFiles, USIM_AID, usimFiles } from './usim-files.ts';

/** Edition of the format: what eUICCs of SGP.22 version 2 take. */
const VERSION = { majorVersion: 2, minorVersion: 3 } as const;
/** PINs of the MF: the user's, ADM1. */
const GLOBAL_PINS = Uint8Array.of(0x01, 0x0a);
/** PIN attributes: bit 1 enabled, bit 2 may be changed, bit 3 may be enabled and disabled. */
const PIN_DISABLED = 6;
const ALWAYS_ON = 3;
/** Ten attempts, ten left. */
const TEN_ATTEMPTS = 0xaa;
/** RES of 64 bits. */
const RES_64 = Uint8Array.of(0x01);

/** Elements without their numbers: those are given out in order. */
type Draft = (header: { readonly mandated: null; readonly identification: number }) => ProfileElementInput;

/**
 * Builds the package of a subscription: a USIM with Milenage, its PINs and files, in edition 2.3 of the format.
 *
 * `docs/profile-package.md` tells what is in it and why.
 *
 * @returns the unprotected package, DER
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE`; the message names the value but does not repeat it
 */
export function buildProfilePackage(subscription: SubscriptionProfile): Uint8Array {
  const drafts: Draft[] = [
    templated('mf', mfFiles(subscription)),
    pukCodes(subscription),
    globalPins(subscription),
    templated('telecom', telecomFiles()),
    templated('usim', usimFiles(subscription)),
    templated('opt-usim', optionalUsimFiles(subscription)),
    usimPins(subscription),
    akaParameter(subscription),
    templated('df-5gs', fiveGsFiles(subscription)),
    ...(subscription.mnoSecurityDomain === undefined ? [] : [securityDomain(subscription.mnoSecurityDomain)]),
    (header) => ({ type: 'end', body: { header } }),
  ];
  const inputs = drafts.map((draft, i) => draft({ mandated: null, identification: i + 1 }));
  const elements = [header(subscription, inputs), ...inputs].map(makeProfileElement);
  return encodeProfilePackage(profilePackage(elements));
}

function header(
  { iccid, profileType }: SubscriptionProfile,
  inputs: readonly ProfileElementInput[],
): ProfileElementInput {
  const templates = inputs.flatMap(({ body }) => ('templateId' in body ? [body.templateId] : []));
  return {
    type: 'header',
    body: {
      ...VERSION,
      profileType,
      iccid: encodeIccid(iccid).header,
      mandatoryServices: ['usim', 'milenage'],
      mandatoryTemplates: templates,
    },
  };
}

function templated(type: keyof typeof TEMPLATE_ID, files: ReadonlyMap<string, FileInput>): Draft {
  return ({ identification }) => ({
    type,
    body: { identification, mandated: true, templateId: TEMPLATE_ID[type], files },
  });
}

function mfFiles({ iccid, languages = [], spn }: SubscriptionProfile): Map<string, FileInput> {
  return new Map<string, FileInput>([
    ['mf', described({ pinStatusTemplateDO: GLOBAL_PINS })],
    ['ef-pl', languages.length === 0 ? [] : languagesFile(languages)],
    ['ef-iccid', described({ shortEFID: shortIdentifier(0x02) }, encodeIccid(iccid).file)],
    ['ef-dir', records([applicationTemplate(spn)])],
    ['ef-arr', accessRules(0x06)],
    // Largest power consumption: 60 mA; time-out of the operator: 60 s (ETSI TS 102 221 section 13.6).
    ['ef-umpc', filled(Uint8Array.of(0x3c, 0x3c, 0, 0, 0))],
  ]);
}

function languagesFile(languages: readonly string[]): FileInput {
  if (languages.length > 3 || !languages.every((language) => /^[a-z]{2}$/.test(language))) {
    throw badValue('up to three languages, two small letters each');
  }
  const content = Buffer.from(languages.join(''), 'ascii');
  return described({ efFileSize: Uint8Array.of(content.length) }, content);
}

/** Application template of EF.DIR: AID and a label people may see. */
function applicationTemplate(label: string): Uint8Array {
  return encodeApplicationTemplate({ aid: USIM_AID, label: /^[ -~]{1,16}$/.test(label) ? label : 'USIM' });
}

function telecomFiles(): Map<string, FileInput> {
  return new Map<string, FileInput>([
    ['df-telecom', described({ pinStatusTemplateDO: GLOBAL_PINS })],
    ['ef-arr', accessRules()],
  ]);
}

function pukCodes({ puk1, puk2 }: SubscriptionProfile): Draft {
  const codes = [
    { keyReference: 0x01, pukValue: encodePuk(puk1) },
    { keyReference: 0x81, pukValue: encodePuk(puk2) },
  ];
  return (header) => ({ type: 'pukCodes', body: { header, pukCodes: codes } });
}

function globalPins({ pin1, pin1Enabled = false, adm1 }: SubscriptionProfile): Draft {
  const value = [
    {
      keyReference: 0x01,
      pinValue: encodePin(pin1),
      unblockingPINReference: 0x01,
      // 7 is the default, which DER leaves out.
      ...(pin1Enabled ? {} : { pinAttributes: PIN_DISABLED }),
    },
    { keyReference: 0x0a, pinValue: encodeAdministrativeKey(adm1), pinAttributes: ALWAYS_ON, attempts: TEN_ATTEMPTS },
  ];
  return (header) => ({ type: 'pinCodes', body: { header, pinCodes: { kind: 'pinconfig', value } } });
}

function usimPins({ pin2 }: SubscriptionProfile): Draft {
  const value = [
    { keyReference: 0x81, pinValue: encodePin(pin2), unblockingPINReference: 0x81, pinAttributes: ALWAYS_ON },
  ];
  return (header) => ({ type: 'pinCodes', body: { header, pinCodes: { kind: 'pinconfig', value } } });
}

/** Milenage with its standard constants, limits and sequence numbers, which DER leaves out. */
function akaParameter({ ki, opc }: SubscriptionProfile): Draft {
  if (ki.length !== 16 || opc.length !== 16) throw badValue('K and OPc have 16 octets');
  const value = { algorithmID: ALGORITHM.milenage, algorithmOptions: RES_64, key: ki, opc };
  return (header) => ({
    type: 'akaParameter',
    body: { header, algoConfiguration: { kind: 'algoParameter', value } },
  });
}

function securityDomain(keys: Parameters<typeof mnoSecurityDomain>[0]): Draft {
  return (header) => ({ type: 'securityDomain', body: { header, ...mnoSecurityDomain(keys) } });
}
