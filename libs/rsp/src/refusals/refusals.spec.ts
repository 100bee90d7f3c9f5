import { DerError } from '@tegata/der';
import { CertificateError } from '@tegata/x509';
import { type RefusalName, refusalNamed, refusalNames, refusals } from './refusals.ts';
import { EuiccReportedError, RspRefusal } from './rsp-refusal.ts';
import { reasons, subjects } from './status-codes.ts';

/** Every pair of codes that SGP.22 has for the functions in use. */
const pairs =
  `1.6/2.1 1.6/2.2 1.1/1.2 8.8/4.2 8.9/4.2 8.10.1/3.9 8.8.1/3.8 8.8.2/3.1 8.8.3/3.1 8.8.4/3.7 8.1.2/6.1 8.1.2/6.3 8.1.3/6.1 8.1.3/6.3
  8.11.1/3.9 8.1/6.1 8.2.6/3.8 8.1.1/3.8 8.2/1.2 8.2.5/4.3 8.1/4.8 8.8.5/4.10 8.8.5/6.4 8.2.7/2.2 8.2.7/3.8 8.2.7/6.4 8.2/3.7
  8.8/3.10 8.9.1/3.8 8.9.2/3.1 8.9.3/3.1 8.9.4/3.7 8.9.5/3.9 8.9.5/3.3 8.2.1/1.2 8.2.1/3.9 8.2.1/3.3 8.2.1/3.5 8.2.5/3.7
  8.2.5/3.8 8.2.5/3.9 8.2.6/3.3 8.1.1/2.2 8.1.1/3.10 8.2.1/3.10 8.2.6/3.10 8.9/5.1 8.9/4.8`.split(/\s+/);

describe('refusals', () => {
  it('cover every pair of codes, and no other', () => {
    const inTable = refusalNames.map((name) => `${refusals[name].subjectCode}/${refusals[name].reasonCode}`);
    expect(new Set(inTable)).toEqual(new Set(pairs));
  });

  it.each(pairs)('%s is found by its codes', (pair) => {
    const [subjectCode = '', reasonCode = ''] = pair.split('/');
    const name = refusalNamed(subjectCode, reasonCode) as RefusalName;
    expect(new RspRefusal(name)).toMatchObject({ subjectCode, reasonCode, status: 'Failed', code: name });
    expect(Object.keys(subjects)).toContain(subjectCode);
    expect(Object.keys(reasons)).toContain(reasonCode);
  });

  it('tell which element of a parameter is no DER, since nothing else would', () => {
    const cause = new DerError('BAD_VALUE', 'not an INTEGER', ['euiccSigned1', 'transactionId']);
    expect(new RspRefusal('PARAMETER_INVALID', { cause }).message).toBe(
      'a parameter is malformed: euiccSigned1.transactionId: not an INTEGER',
    );
  });

  it('tell the other side the codes and a sentence, not the cause', () => {
    const refusal = new RspRefusal('MATCHING_ID_REFUSED', { subjectIdentifier: 'TOKEN', cause: new Error('secret') });
    expect(refusal.toFunctionExecutionStatus()).toEqual({
      status: 'Failed',
      statusCodeData: {
        subjectCode: '8.2.6',
        reasonCode: '3.8',
        subjectIdentifier: 'TOKEN',
        message: 'MatchingID is refused',
      },
    });
    expect(new RspRefusal('TRANSACTION_UNKNOWN', { status: 'Expired' }).toFunctionExecutionStatus().status).toBe(
      'Expired',
    );
    expect(JSON.stringify(refusal.toFunctionExecutionStatus())).not.toContain('secret');
  });

  it('follow from what is wrong with a certificate', () => {
    const codeOf = (code: 'EXPIRED' | 'BAD_SIGNATURE' | 'UNKNOWN_ISSUER', certificate: string): string =>
      RspRefusal.ofCertificate(new CertificateError(code, '', certificate)).code;
    expect(codeOf('EXPIRED', 'EUM')).toBe('EUM_CERTIFICATE_EXPIRED');
    expect(codeOf('BAD_SIGNATURE', 'EUM')).toBe('EUM_CERTIFICATE_INVALID');
    expect(codeOf('EXPIRED', 'eUICC')).toBe('EUICC_CERTIFICATE_EXPIRED');
    expect(codeOf('UNKNOWN_ISSUER', 'eUICC')).toBe('EUICC_CERTIFICATE_INVALID');
    expect(codeOf('UNKNOWN_ISSUER', 'EUM')).toBe('CI_UNKNOWN');
  });

  it('carry what the eUICC reported', () => {
    const error = new EuiccReportedError('PrepareDownload', 2);
    expect(error).toBeInstanceOf(RspRefusal);
    expect(error).toMatchObject({ code: 'EUICC_REPORTED_ERROR', function: 'PrepareDownload', euiccErrorCode: 2 });
  });
});
