import { EuiccResponseSchema, encodeFailureResponse, encodeSuccessResponse } from './euicc-response.ts';
import { ProfilePackageError } from './profile-package-error.ts';

describe('the response of an eUICC', () => {
  it('to a package that was installed is the one that SM-DP+ servers look for', () => {
    expect(Buffer.from(encodeSuccessResponse()).toString('hex')).toBe('3007a005300380 0100'.replace(' ', ''));
  });

  it('to one that was refused names status and element, and says that nothing was kept', () => {
    const error = new ProfilePackageError('UNSUPPORTED_TEMPLATE', 'usim with template 1.2.3', { identification: 300 });
    expect(Buffer.from(encodeFailureResponse(error)).toString('hex')).toBe(
      '300da0093007800109810201 2c8100'.replace(' ', ''),
    );
    expect(EuiccResponseSchema.decode(encodeFailureResponse(error))).toMatchObject({
      peStatus: [{ status: 9, identification: 300 }],
      profileInstallationAborted: null,
    });
  });

  it('leaves the number out where no element is meant', () => {
    const { peStatus } = EuiccResponseSchema.decode(
      encodeFailureResponse(new ProfilePackageError('TRUNCATED', 'cut off')),
    );
    expect(peStatus).toEqual([expect.not.objectContaining({ identification: expect.anything() })]);
    expect(peStatus[0]?.status).toBe(5);
  });
});
