export { checkDigit } from './check-digit.ts';
export { type CheckedField, type Mrz, type MrzFormat, parseMrz } from './mrz.ts';
export { type Day, dayAt } from './mrz-date.ts';
export { MrzError, type MrzErrorCode } from './mrz-error.ts';
export { cutOffNames, mrzName, namesAgree } from './mrz-name.ts';
