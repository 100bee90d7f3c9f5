export { encodeOcspRequest } from '../ocsp-response.ts';
export { answerOcsp, tryLater } from './ocsp-responder.ts';
export {
  type IssuedPerson,
  signaturePolicy,
  signStatement,
  TestIdentityCa,
  type TestIdentityCaParts,
  type TestPerson,
} from './test-identity-ca.ts';
