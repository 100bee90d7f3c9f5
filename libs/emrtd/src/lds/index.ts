export { type ChipMrz, readDataGroup1 } from './data-group-1.ts';
export { readDataGroup2 } from './data-group-2.ts';
export type { FacialImage } from './facial-record.ts';
