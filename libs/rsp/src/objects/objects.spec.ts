import { DerError, type Schema } from '@tegata/der';
import { toHex } from '../identifiers/nibbles.ts';
import { describeWithVectors, hex, vectorJson } from '../testing/vectors.ts';
import {
  AuthenticateErrorCode,
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  EuiccSigned1,
  ServerSigned1,
} from './authenticate-server.ts';
import { CancelSessionRequest, CancelSessionResponse } from './cancel-session.ts';
import { nameOf } from './enumeration.ts';
import { ConfigureISDPRequest, InitialiseSecureChannelRequest, ReplaceSessionKeysRequest } from './es8plus.ts';
import {
  CancelSessionRequestEs9,
  CancelSessionResponseEs9,
  HandleNotification,
  InitiateAuthenticationRequest,
  RemoteProfileProvisioningRequest,
} from './es9plus.ts';
import { EuiccConfiguredAddressesResponse, SetDefaultDpAddressRequest } from './es10a.ts';
import { GetEuiccChallengeResponse, LoadCRLRequest, LoadCRLResponse } from './es10b.ts';
import {
  DeleteProfileRequest,
  EnableProfileRequest,
  EuiccMemoryResetRequest,
  GetEuiccDataRequest,
  GetEuiccDataResponse,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  SetNicknameRequest,
} from './es10c.ts';
import { AuthenticateClientResponseEs11 } from './es11.ts';
import {
  EUICCInfo1,
  EUICCInfo2,
  ISDRProprietaryApplicationTemplate,
  parseExtCardResource,
  printExtCardResource,
} from './euicc-info.ts';
import { EuiccResponse, NotificationMetadata, ProfileInstallationResult } from './installation-result.ts';
import { StoreMetadataRequest } from './metadata.ts';
import {
  ListNotificationRequest,
  ListNotificationResponse,
  NotificationSentRequest,
  OtherSignedNotification,
  RetrieveNotificationsListRequest,
  RetrieveNotificationsListResponse,
} from './notifications.ts';
import { PrepareDownloadRequest, PrepareDownloadResponse, SmdpSigned2 } from './prepare-download.ts';
import { GetRatResponse } from './profile-policy-rules.ts';
import { parseTagList, printTagList } from './tag-list.ts';

const sign = `5F3740${'AB'.repeat(64)}`;
const point = `5F494104${'CD'.repeat(64)}`;
const iccid = '5A0A98001032547698103214';
const challenge = '11'.repeat(16);
const keyId = `0414${'22'.repeat(20)}`;
const deviceInfo = 'A108800453609012A100';

/** A TLV of hexadecimal digits, so that the lengths below need no counting. */
function tlv(tag: string, ...content: string[]): string {
  const value = content.join('');
  const length = value.length / 2;
  const head = length < 0x80 ? '' : length < 0x100 ? '81' : '82';
  const size = length.toString(16).padStart(length < 0x100 ? 2 : 4, '0');
  return `${tag}${head}${size}${value}`.toUpperCase();
}

const info2 = tlv(
  'BF22',
  '8103020301',
  '8203020300',
  '8303010000',
  '840D81010082040004000083022200',
  '85020640',
  '8603090200',
  '8703020300',
  '88020490',
  tlv('A9', keyId),
  tlv('AA', keyId),
  '8B0101',
  '99020640',
  '0403010000',
  '0C0454455354',
  tlv('AC', '800144', '810155'),
);
const ctxParams1 = tlv('A0', '8003414243', deviceInfo);
const serverSigned1 = tlv('30', '80020102', `8110${challenge}`, '8303612E62', `8410${challenge}`);
const euiccSigned1 = tlv('30', '80020102', '8303612E62', `8410${challenge}`, info2, ctxParams1);
const smdpSigned2 = tlv('30', '80020102', '0101FF', point);
const metadata = tlv('BF2F', '800107', '81020640', '0C03612E62', iccid);
const installed = tlv(
  'BF37',
  tlv(
    'BF27',
    '80020102',
    metadata,
    '060388370A',
    tlv('A2', tlv('A0', '4F10A0000005591010FFFFFFFF8900001000', '04093007A0053003800100')),
  ),
  sign,
);
const otherNotification = tlv('30', metadata, sign, '3000', '3000');

/** Structures as section 3 of the notes on SGP.22 (Annex H) prints them: each decodes, and encodes to the same octets. */
const figures: readonly (readonly [string, Schema<unknown, never>, string])[] = [
  ['EUICCInfo1', EUICCInfo1, tlv('BF20', '8203020300', tlv('A9', keyId), tlv('AA', keyId))],
  ['EUICCInfo2', EUICCInfo2, info2],
  ['ISDRProprietaryApplicationTemplate', ISDRProprietaryApplicationTemplate, 'E0098203020300 03020780'],
  ['ServerSigned1', ServerSigned1, serverSigned1],
  ['AuthenticateServerRequest', AuthenticateServerRequest, tlv('BF38', serverSigned1, sign, keyId, '3000', ctxParams1)],
  ['EuiccSigned1', EuiccSigned1, euiccSigned1],
  [
    'AuthenticateServerResponse',
    AuthenticateServerResponse,
    tlv('BF38', tlv('A0', euiccSigned1, sign, '3000', '3000')),
  ],
  ['AuthenticateServerResponse error', AuthenticateServerResponse, 'BF3809A10780020102020106'],
  ['SmdpSigned2', SmdpSigned2, smdpSigned2],
  [
    'PrepareDownloadRequest',
    PrepareDownloadRequest,
    tlv('BF21', smdpSigned2, sign, tlv('04', '33'.repeat(32)), '3000'),
  ],
  [
    'PrepareDownloadResponse',
    PrepareDownloadResponse,
    tlv('BF21', tlv('A0', tlv('30', '80020102', point, tlv('04', '33'.repeat(32))), sign)),
  ],
  ['PrepareDownloadResponse error', PrepareDownloadResponse, 'BF2109A1078002010202017F'],
  [
    'StoreMetadataRequest',
    StoreMetadataRequest,
    tlv(
      'BF25',
      iccid,
      '910141',
      '920142',
      '930101',
      '9402FFD8',
      '950102',
      tlv('B6', tlv('30', '80020780', '8103612E62')),
      tlv('B7', '800344F001', '8101AA', '8201BB'),
      '99020640',
    ),
  ],
  [
    'InitialiseSecureChannelRequest',
    InitialiseSecureChannelRequest,
    tlv('BF23', '820101', '80020102', 'A60A8001888101108402AABB', point, sign),
  ],
  ['ConfigureISDPRequest', ConfigureISDPRequest, 'BF2407B805800388370A'],
  ['empty ConfigureISDPRequest', ConfigureISDPRequest, 'BF2400'],
  [
    'ReplaceSessionKeysRequest',
    ReplaceSessionKeysRequest,
    tlv('BF26', `8010${challenge}`, `8110${challenge}`, `8210${challenge}`),
  ],
  ['ProfileInstallationResult', ProfileInstallationResult, installed],
  [
    'ProfileInstallationResult error',
    ProfileInstallationResult,
    tlv('BF37', tlv('BF27', '80020102', metadata, tlv('A2', 'A109800105810109820130')), sign),
  ],
  ['NotificationMetadata', NotificationMetadata, metadata],
  ['OtherSignedNotification', OtherSignedNotification, otherNotification],
  ['EuiccResponse', EuiccResponse, '3007A0053003800100'],
  [
    'EuiccResponse of a failure',
    EuiccResponse,
    tlv('30', tlv('A0', tlv('30', '800106', '810105', '820109', '830120')), '8100', '82024E6F'),
  ],
  ['CancelSessionRequest', CancelSessionRequest, 'BF410780020102810101'],
  [
    'CancelSessionResponse',
    CancelSessionResponse,
    tlv('BF41', tlv('A0', tlv('30', '80020102', '810388370A', '820101'), sign)),
  ],
  ['CancelSessionResponse error', CancelSessionResponse, 'BF4103810105'],
  ['ListNotificationRequest', ListNotificationRequest, 'BF280481020780'],
  ['ListNotificationResponse', ListNotificationResponse, tlv('BF28', tlv('A0', metadata, metadata))],
  ['ListNotificationResponse error', ListNotificationResponse, 'BF280381017F'],
  ['RetrieveNotificationsListRequest', RetrieveNotificationsListRequest, 'BF2B05A003800107'],
  ['RetrieveNotificationsListRequest for all', RetrieveNotificationsListRequest, 'BF2B00'],
  [
    'RetrieveNotificationsListResponse',
    RetrieveNotificationsListResponse,
    tlv('BF2B', tlv('A0', installed, otherNotification)),
  ],
  ['NotificationSentRequest', NotificationSentRequest, 'BF3003800107'],
  ['GetEuiccChallengeResponse', GetEuiccChallengeResponse, `BF2E128010${challenge}`],
  ['LoadCRLRequest', LoadCRLRequest, 'BF3505A003020101'],
  ['LoadCRLResponse', LoadCRLResponse, 'BF3509A007A0053003800101'],
  [
    'GetRatResponse',
    GetRatResponse,
    tlv('BF43', tlv('A0', tlv('30', '80020640', tlv('A1', '30058003EEEEEE'), '82020780'))),
  ],
  ['ProfileInfoListRequest', ProfileInfoListRequest, tlv('BF2D', tlv('A0', iccid), '5C039F705A')],
  [
    'ProfileInfoListResponse',
    ProfileInfoListResponse,
    tlv(
      'BF2D',
      tlv(
        'A0',
        tlv(
          'E3',
          iccid,
          '4F10A0000005591010FFFFFFFF8900001000',
          '9F700101',
          '900141',
          '910142',
          '920143',
          '950102',
          'B805800388370A',
          '99020640',
        ),
      ),
    ),
  ],
  ['EnableProfileRequest', EnableProfileRequest, tlv('BF31', tlv('A0', iccid), '8101FF')],
  ['DeleteProfileRequest', DeleteProfileRequest, tlv('BF33', '4F10A0000005591010FFFFFFFF8900001000')],
  ['EuiccMemoryResetRequest', EuiccMemoryResetRequest, 'BF3404820205E0'],
  ['GetEuiccDataRequest', GetEuiccDataRequest, 'BF3E035C015A'],
  ['GetEuiccDataResponse', GetEuiccDataResponse, 'BF3E125A1089049032123451234512345678901235'],
  ['SetNicknameRequest', SetNicknameRequest, tlv('BF29', iccid, '9003616263')],
  ['EuiccConfiguredAddressesResponse', EuiccConfiguredAddressesResponse, 'BF3C0A8003612E628103632E64'],
  ['SetDefaultDpAddressRequest', SetDefaultDpAddressRequest, 'BF3F058003612E62'],
  [
    'InitiateAuthenticationRequest',
    InitiateAuthenticationRequest,
    tlv('BF39', `8110${challenge}`, '8303612E62', 'BF20098203020300A900AA00'),
  ],
  ['HandleNotification', HandleNotification, tlv('BF3D', tlv('A0', installed))],
  ['CancelSessionRequestEs9', CancelSessionRequestEs9, 'BF410980020102A103810105'],
  ['CancelSessionResponseEs9', CancelSessionResponseEs9, 'BF4102A000'],
  [
    'AuthenticateClientResponseEs11',
    AuthenticateClientResponseEs11,
    tlv('BF40', tlv('A0', '80020102', tlv('A1', tlv('30', '800141', '8103612E62')))),
  ],
  [
    'RemoteProfileProvisioningRequest',
    RemoteProfileProvisioningRequest,
    tlv('A2', tlv('BF3D', tlv('A0', otherNotification))),
  ],
];

describe('message objects', () => {
  it.each(figures)('%s keeps its octets through decoding and encoding', (_name, schema, text) => {
    const octets = hex(text);
    const value = schema.decode(octets);
    expect(toHex((schema as Schema<unknown>).encode(value))).toBe(toHex(octets));
  });

  it.each(figures)('%s is refused cut off, continued and under another tag', (_name, schema, text) => {
    const octets = hex(text);
    const other = Uint8Array.from(octets);
    other[0] = 0x31;
    for (const bad of [octets.subarray(0, -1), Buffer.concat([octets, hex('00')]), other, hex('')]) {
      expect(() => schema.decode(bad)).toThrow(DerError);
    }
  });

  it('hold what people read in its printed form', () => {
    const { value } = ((): { value: { iccid: string; profileOwner?: { mccMnc: string } } } => ({
      value: StoreMetadataRequest.decode(hex(figures.find(([name]) => name === 'StoreMetadataRequest')?.[2] ?? '')),
    }))();
    expect(value).toMatchObject({
      iccid: '89000123456789012341',
      notificationConfigurationInfo: [{ profileManagementOperation: ['install'], notificationAddress: 'a.b' }],
      profileOwner: { mccMnc: '44010' },
      profilePolicyRules: ['ppr1'],
    });
    expect(GetEuiccDataResponse.decode(hex('BF3E125A1089049032123451234512345678901235')).eidValue).toBe(
      '89049032123451234512345678901235',
    );
    expect(EUICCInfo2.decode(hex(info2))).toMatchObject({
      svn: '2.3.0',
      rspCapability: ['additionalProfile', 'testProfileSupport'],
    });
  });

  it('refuse identifiers that are none with a DerError', () => {
    expect(() => StoreMetadataRequest.decode(hex(tlv('BF25', '5A0AFFFFFFFFFFFFFFFFFFFF', '9100', '9200')))).toThrow(
      DerError,
    );
    expect(() => StoreMetadataRequest.encode({ iccid: '1', serviceProviderName: '', profileName: '' })).toThrow(
      DerError,
    );
    expect(() =>
      StoreMetadataRequest.encode({
        iccid: '89000123456789012341',
        serviceProviderName: 'x'.repeat(33),
        profileName: '',
      }),
    ).toThrow('serviceProviderName');
  });

  it('give numbers their names', () => {
    expect(nameOf(AuthenticateErrorCode, 6)).toBe('euiccChallengeMismatch');
    expect(nameOf(AuthenticateErrorCode, 99)).toBe('99');
  });

  it('hold a CRL whole, whatever its tag on the wire', () => {
    expect(LoadCRLRequest.decode(hex('BF3505A003020101')).crl).toEqual(Uint8Array.from(hex('3003020101')));
  });
});

describe('tag lists', () => {
  it('are tags one after the other', () => {
    expect(parseTagList(hex('5A9F70BF228F'.slice(0, -2)))).toEqual([0x5a, 0x9f70, 0xbf22]);
    expect(printTagList([0x5a, 0x9f70, 0xbf22])).toEqual(hex('5A9F70BF22'));
    expect(parseTagList(hex(''))).toEqual([]);
    expect(() => parseTagList(hex('9F'))).toThrow(DerError);
    expect(() => parseTagList(hex('9F81818181'))).toThrow(DerError);
  });
});

describeWithVectors('figures of a physical eUICC', () => {
  const { realCard } = vectorJson<{ realCard: Record<string, string> }>('activation-codes-and-eids.json');
  const of = (name: string): string => realCard[name] ?? '';

  it('are read', () => {
    const object = tlv(
      'BF22',
      tlv('81', of('profileVersion')),
      tlv('82', of('svn')),
      tlv('83', of('euiccFirmwareVer')),
      tlv('84', of('extCardResource')),
      tlv('85', of('uiccCapability')),
      tlv('86', of('ts102241Version')),
      tlv('87', of('globalplatformVersion')),
      tlv('88', of('rspCapability')),
      tlv('A9', tlv('04', of('ciKeyId'))),
      tlv('AA', tlv('04', of('ciKeyId'))),
      tlv('99', of('forbiddenProfilePolicyRules')),
      tlv('04', of('ppVersion')),
      tlv('0C', Buffer.from(of('sasAcreditationNumber')).toString('hex')),
    );
    const info = EUICCInfo2.decode(hex(object));
    expect(info).toMatchObject({
      profileVersion: '2.3.1',
      svn: '2.3.0',
      rspCapability: ['additionalProfile', 'testProfileSupport', 'deviceInfoExtensibilitySupport'],
      forbiddenProfilePolicyRules: ['ppr1'],
      sasAcreditationNumber: 'SYSMOCOM-TEST-1',
    });
    expect(info.uiccCapability).toEqual(
      expect.arrayContaining(['usimSupport', 'akaMilenage', 'javacard', 'berTlvFileSupport']),
    );
    const resource = parseExtCardResource(info.extCardResource);
    expect(resource).toEqual({ installedApplications: 8, freeNonVolatileMemory: 0x45bf8, freeVolatileMemory: 0x2419 });
    expect(printExtCardResource(resource)).toEqual(hex(of('extCardResource')));
  });
});
