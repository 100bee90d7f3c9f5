export { missingOfPcsc, OwnPcscd } from './own-pcscd.ts';
