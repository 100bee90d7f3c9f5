import { EuiccResponseSchema, encodeFailureResponse, encodeSuccessResponse } from './euicc-response.ts';
import { ProfilePackageError } from './profile-package-error.ts';

describe('the response of an eUICC', () => {
  it('to a package that was installed is the one that SM-DP+ servers look for', () => {
    expect(Buffer.from(encodeSuccessResponse()).toString('hex')).toBe('3007a0053003800100');
  });

  it('to one that was refused names status and element, and says that nothing was kept', () => {
    const error = new ProfilePackageError('UNSUPPORTED_TEMPLATE', 'usim with template 1.2.3', { identification: 300 });
    expect(Buffer.from(encodeFailureResponse(error)).toString('hex')).toBe('3010a00c300a8001098102012c8301008100');
    expect(EuiccResponseSchema.decode(encodeFailureResponse(error))).toMatchObject({
      peStatus: [{ status: 9, identification: 300 }],
      profileInstallationAborted: null,
    });
  });

  it('lists what was left out before the success', () => {
    const response = encodeSuccessResponse([{ code: 'UNSUPPORTED_ELEMENT', identification: 7 }]);
    expect(EuiccResponseSchema.decode(response).peStatus).toMatchObject([
      { status: 1, identification: 7 },
      { status: 0 },
    ]);
  });

  it('leaves the number out where no element is meant', () => {
    const { peStatus } = EuiccResponseSchema.decode(
      encodeFailureResponse(new ProfilePackageError('TRUNCATED', 'cut off')),
    );
    expect(peStatus).toEqual([expect.not.objectContaining({ identification: expect.anything() })]);
    expect(peStatus[0]?.status).toBe(5);
  });
});
