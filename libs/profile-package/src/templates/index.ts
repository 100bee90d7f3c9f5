import type { FileElementType } from '../elements/file-elements.ts';
import { CSIM, OPT_CSIM } from './csim.ts';
import { EAP, ISIM, OPT_ISIM, OPT_ISIM_V2 } from './isim.ts';
import { CD, MF } from './mf.ts';
import { PHONEBOOK, TELECOM, TELECOM_V2 } from './telecom.ts';
import type { TemplateFile } from './template-table.ts';
import {
  DF_5GPROSE,
  DF_5GS,
  DF_5GS_V2,
  DF_5GS_V3,
  DF_5GS_V4,
  DF_SAIP,
  DF_SNPN,
  GSM_ACCESS,
  OPT_USIM,
  OPT_USIM_V2,
  OPT_USIM_V3,
  USIM,
  USIM_V2,
} from './usim.ts';

/** A file template of annex A. */
export interface FileTemplate {
  readonly element: FileElementType;
  /** whether files that the element does not mention are made all the same */
  readonly createdByDefault: boolean;
  readonly files: readonly TemplateFile[];
}

const PREFIX = '2.23.143.1.2.';

const template = (
  element: FileElementType,
  files: readonly TemplateFile[],
  createdByDefault = false,
): FileTemplate => ({
  element,
  createdByDefault,
  files,
});

/** The templates that are known, by object identifier. PE-IoT (2.17, 2.18) is read, but its files are not made. */
export const FILE_TEMPLATES: ReadonlyMap<string, FileTemplate> = new Map(
  Object.entries({
    '1': template('mf', MF, true),
    '2': template('cd', CD),
    '3': template('telecom', TELECOM),
    '3.2': template('telecom', TELECOM_V2),
    '4': template('usim', USIM, true),
    '4.2': template('usim', USIM_V2, true),
    '5': template('opt-usim', OPT_USIM),
    '5.2': template('opt-usim', OPT_USIM_V2),
    '5.3': template('opt-usim', OPT_USIM_V3),
    '6': template('phonebook', PHONEBOOK),
    '7': template('gsm-access', GSM_ACCESS),
    '8': template('isim', ISIM, true),
    '9': template('opt-isim', OPT_ISIM),
    '9.2': template('opt-isim', OPT_ISIM_V2),
    '10': template('csim', CSIM, true),
    '10.2': template('csim', CSIM, true),
    '11': template('opt-csim', OPT_CSIM),
    '11.2': template('opt-csim', OPT_CSIM),
    '12': template('eap', EAP),
    '13': template('df-5gs', DF_5GS),
    '13.2': template('df-5gs', DF_5GS_V2),
    '13.3': template('df-5gs', DF_5GS_V3),
    '13.4': template('df-5gs', DF_5GS_V4),
    '14': template('df-saip', DF_SAIP),
    '15': template('df-snpn', DF_SNPN),
    '16': template('df-5gprose', DF_5GPROSE),
  }).map(([arc, value]) => [PREFIX + arc, value]),
);

/** Object identifiers of the templates that `buildProfilePackage` uses (edition 2.3 of the format). */
export const TEMPLATE_ID = {
  mf: `${PREFIX}1`,
  telecom: `${PREFIX}3`,
  usim: `${PREFIX}4`,
  'opt-usim': `${PREFIX}5`,
  'df-5gs': `${PREFIX}13`,
} as const;
