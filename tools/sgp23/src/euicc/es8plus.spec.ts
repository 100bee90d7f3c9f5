import { randomBytes } from 'node:crypto';
import { encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import {
  describeWithVectors,
  metadataFor,
  samplePackage,
  subscriptionPackage,
  vectorPrivateKey,
} from '@tegata/euicc/testing';
import { makeProfileElement, type ProfileElement, readProfilePackage } from '@tegata/profile-package';
import {
  Bsp,
  bindProfilePackage,
  ConfigureISDPRequest,
  deriveSessionKeys,
  newProfileProtectionKeys,
  OneTimeKeyPair,
  packIccidInOrder,
  protectProfilePackage,
  SegmentTag,
  sealSegments,
  signedData,
  signerOf,
  signObjectNow,
  splitBoundProfilePackage,
  toHex,
} from '@tegata/rsp';
import { by, ICCID_OP_PROF1, ICCID_OP_PROF2, OWNER, TeEuicc } from './te-euicc.ts';

const ICCID = ICCID_OP_PROF1;
const upp = (iccid = ICCID): Uint8Array => subscriptionPackage({ iccid });

let te: TeEuicc;
beforeEach(async () => {
  te = await TeEuicc.create();
});

// SGP.23 section 4.2.3
describeWithVectors('TC_eUICC_ES8+.InitialiseSecureChannel', () => {
  /** The package with other content of BF23, signed anew. */
  async function withPart(index: number, part: Uint8Array): Promise<string> {
    const bound = await te.binding(ICCID);
    const [channel, ...series] = parseChildren(parseTlv(await bindProfilePackage(bound)).value);
    const parts = parseChildren(channel?.value ?? part).map(({ raw }) => raw);
    const signedPart = Buffer.concat(parts.slice(0, -1).map((original, i) => (i === index ? part : original)));
    const signer = signerOf(vectorPrivateKey('S_SM_DPpb_ECDSA_NIST'));
    const smdpSign = signObjectNow(signer, signedData.smdpSign(signedPart, bound.euiccOtpk));
    const bpp = encodeTlv(0xbf36, encodeTlv(0xbf23, signedPart, smdpSign), ...series.map(({ raw }) => raw));
    return te.loadPieces([bpp]);
  }
  const crt = (keyType: number, keyLength: number): Uint8Array =>
    encodeTlv(
      0xa6,
      encodeTlv(0x80, Uint8Array.of(keyType)),
      encodeTlv(0x81, Uint8Array.of(keyLength)),
      encodeTlv(0x84, Buffer.from('tegata')),
    );

  it('#01 Nominal', async () => {
    expect(await te.load(ICCID)).toBe('installed');
  });

  it('#02 Error: wrong transaction ID', async () => {
    expect(await te.load(ICCID, { transactionId: randomBytes(16) })).toBe(
      'initialiseSecureChannel: invalidTransactionId',
    );
  });

  it('#03 Error: wrong signature', async () => {
    const signer = signerOf(vectorPrivateKey('S_SM_DP2pb_ECDSA_NIST'));
    expect(await te.load(ICCID, { signer })).toBe('initialiseSecureChannel: invalidSignature');
  });

  it('#04 Error: unsupported remote operation type', async () => {
    expect(await withPart(0, Uint8Array.of(0x82, 0x01, 0x02))).toBe(
      'initialiseSecureChannel: unsupportedRemoteOperationType',
    );
  });

  it('#05 Error: key type is not AES', async () => {
    expect(await withPart(2, crt(0x80, 0x10))).toBe('initialiseSecureChannel: unsupportedCrtValues');
  });

  it('#06 Error: key length is not 16', async () => {
    expect(await withPart(2, crt(0x88, 0x20))).toBe('initialiseSecureChannel: unsupportedCrtValues');
  });

  it('#07 Error: otPK.EUICC is another one', async () => {
    const { publicKey } = OneTimeKeyPair.generate('P-256', randomBytes);
    expect(await te.load(ICCID, { euiccOtpk: publicKey })).toBe('initialiseSecureChannel: invalidSignature');
  });
});

// SGP.23 section 4.2.4
describeWithVectors('TC_eUICC_ES8+.ConfigureISDP', () => {
  it('#01 Nominal: without proprietary data', async () => {
    expect(await te.load(ICCID, { configureIsdp: encodeTlv(0xbf24) })).toBe('installed');
  });

  it('#02 Nominal: proprietary data of the SM-DP+ are told in GetProfilesInfo', async () => {
    const configureIsdp = ConfigureISDPRequest.encode({ dpProprietaryData: { dpOid: '2.999.10' } });
    expect(await te.load(ICCID, { configureIsdp })).toBe('installed');
    const [info] = await te.euicc.es10c.getProfilesInfo({ tags: [0xb8] });
    expect(info?.dpProprietaryData?.dpOid).toBe('2.999.10');
  });

  it('#03 Error: another command', async () => {
    expect(await te.load(ICCID, { configureIsdp: encodeTlv(0xbf25) })).toBe('configureISDP: incorrectInputValues');
  });
});

// SGP.23 section 4.2.5
describeWithVectors('TC_eUICC_ES8+.StoreMetadata', () => {
  const store = (more: Parameters<typeof metadataFor>[1]): Promise<string> =>
    te.load(ICCID, { storeMetadata: metadataFor(ICCID, more) });

  it('#01 Nominal: everything that metadata can have', async () => {
    const more = {
      iconType: 1,
      icon: randomBytes(1024),
      profileOwner: OWNER,
      profilePolicyRules: ['pprUpdateControl', 'ppr1', 'ppr2'],
    } as const;
    expect(await store({ ...more, profileClass: 2 })).toBe('installed');
    const [info] = await te.euicc.es10c.getProfilesInfo();
    expect(info).toMatchObject({ ...more, iccid: ICCID, profileState: 0, profileOwner: OWNER });
  });

  it('#02 Nominal: without class it is an operational profile', async () => {
    expect(await store({})).toBe('installed');
    const found = await te.euicc.es10c.getProfilesInfo({ search: { kind: 'profileClass', value: 2 } });
    expect(found).toMatchObject([{ iccid: ICCID, profileClass: 2 }]);
  });

  it('#03 Nominal: a provisioning profile', async () => {
    expect(await store({ profileClass: 1 })).toBe('installed');
    expect(await te.euicc.es10c.getProfilesInfo()).toMatchObject([{ profileClass: 1 }]);
  });

  it('#04 Error: ICCID already there', async () => {
    await te.profile(ICCID);
    expect(await store({})).toBe('storeMetadata: installFailedDueToIccidAlreadyExistsOnEuicc');
  });

  it('#05 Error: class that the eUICC does not know', async () => {
    expect(await store({ profileClass: 7 })).toBe('storeMetadata: unsupportedProfileClass');
  });

  it('#06 Error: icon without its type', async () => {
    expect(await store({ icon: randomBytes(10) })).toBe('storeMetadata: incorrectInputValues');
  });

  it.each(['ppr1', 'ppr2', 'ppr3'] as const)('#07 Error: %s is not allowed by the RAT', async (rule) => {
    te = await TeEuicc.create({ rulesAuthorisationTable: [] });
    expect(await store({ profileOwner: OWNER, profilePolicyRules: [rule] })).toBe('storeMetadata: pprNotAllowed');
  });

  it('#08 Error: policy rules without an owner', async () => {
    expect(await store({ profilePolicyRules: ['ppr1'] })).toBe('storeMetadata: pprNotAllowed');
  });

  it('#09 Error: allowed to another operator, or to another group of the operator', async () => {
    const rule = { pprIds: ['ppr1'], consentRequired: false } as const;
    const allowedOperators = [{ mccMnc: '00101', gid1: Buffer.of(1) }];
    te = await TeEuicc.create({ rulesAuthorisationTable: [{ ...rule, allowedOperators }] });
    const refused = 'storeMetadata: pprNotAllowed';
    expect(await store({ profileOwner: OWNER, profilePolicyRules: ['ppr1'] })).toBe(refused);
    const other = { mccMnc: '00102', gid1: Buffer.of(1) };
    expect(await store({ profileOwner: other, profilePolicyRules: ['ppr1'] })).toBe(refused);
    const member = { ...OWNER, gid1: Buffer.of(1) };
    expect(await store({ profileOwner: member, profilePolicyRules: ['ppr1'] })).toBe('installed');
  });

  it('#10 Error: a mandatory element is missing', async () => {
    expect(await te.load(ICCID, { storeMetadata: encodeTlv(0xbf25) })).toBe('storeMetadata: incorrectInputValues');
  });
});

// SGP.23 section 4.2.6
describeWithVectors('TC_eUICC_ES8+.ReplaceSessionKeys', () => {
  it('#01 Nominal: a package protected with its own keys', async () => {
    const ppk = newProfileProtectionKeys(randomBytes);
    const profile = { ppk, sequenceOf86: protectProfilePackage(upp(), ppk) };
    expect(await te.load(ICCID, { profile })).toBe('installed');
  });

  it('#02 Nominal: without ReplaceSessionKeys the session keys protect the package', async () => {
    expect(await te.load(ICCID, { profile: { upp: upp() } })).toBe('installed');
  });

  it('#03 Error: segments that other keys protect', async () => {
    const ppk = newProfileProtectionKeys(randomBytes);
    const sequenceOf86 = protectProfilePackage(upp(), newProfileProtectionKeys(randomBytes));
    expect(await te.load(ICCID, { profile: { ppk, sequenceOf86 } })).toBe('loadProfileElements: scp03tSecurityError');
  });

  it('#04 Error: a command that lacks its keys', async () => {
    const bound = await te.binding(ICCID);
    const [channel] = parseChildren(parseTlv(await bindProfilePackage(bound)).value);
    const secret = bound.smdpOneTimeKey.agree(bound.euiccOtpk);
    const bsp = new Bsp(deriveSessionKeys(secret, { hostId: bound.hostId, eid: bound.eid }));
    const pieces = [
      encodeTlv(0xa0, ...sealSegments(bsp, SegmentTag.command, encodeTlv(0xbf24))),
      encodeTlv(0xa1, ...sealSegments(bsp, SegmentTag.clear, bound.storeMetadata)),
      encodeTlv(0xa2, ...sealSegments(bsp, SegmentTag.command, encodeTlv(0xbf26))),
    ];
    expect(await te.loadPieces([encodeTlv(0xbf36, channel?.raw ?? upp(), ...pieces)])).toBe(
      'replaceSessionKeys: incorrectInputValues',
    );
  });
});

// SGP.23 section 4.2.7
describeWithVectors('TC_eUICC_ES8+.LoadProfileElements', () => {
  const raw = ({ raw: octets }: ProfileElement): Uint8Array => octets;
  const loadElements = (change: (elements: readonly ProfileElement[]) => readonly Uint8Array[]): Promise<string> =>
    te.load(ICCID, { profile: { upp: Buffer.concat(change(readProfilePackage(upp()).elements)) } });
  const processing = 'loadProfileElements: installFailedDueToPEProcessingError';

  it('#01 Nominal: the profile is installed and disabled', async () => {
    expect(await te.load(ICCID)).toBe('installed');
    expect(await te.stateOf(ICCID)).toBe('disabled');
  });

  it('#02 Nominal: a GSMA TS.48 profile as test profile', async () => {
    const iccid = '89000123456789012341';
    const profile = { upp: samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der') };
    expect(await te.load(iccid, { profile, storeMetadata: metadataFor(iccid, { profileClass: 0 }) })).toBe('installed');
  });

  it('#03 Error: ICCID of the header is not the one of the metadata', async () => {
    expect(await te.load(ICCID, { profile: { upp: upp(ICCID_OP_PROF2) } })).toBe(
      'loadProfileElements: installFailedDueToIccidMismatch',
    );
  });

  it('#04 Error: the package does not begin with the header', async () => {
    expect(await loadElements(([, ...rest]) => rest.map(raw))).toBe(processing);
  });

  it('#05 Error: the package has no end element', async () => {
    expect(await loadElements((elements) => elements.slice(0, -1).map(raw))).toBe(processing);
  });

  it('#06 Error: a mandatory element that the eUICC does not know', async () => {
    const unknown = encodeTlv(0xbf7f, encodeTlv(0xa0, Uint8Array.of(0x80, 0x00, 0x81, 0x01, 0x5a)));
    expect(await loadElements((all) => [...all.slice(0, -1).map(raw), unknown, ...all.slice(-1).map(raw)])).toBe(
      processing,
    );
  });

  it('#07 Nominal: an element that the eUICC does not know, and need not', async () => {
    const unknown = encodeTlv(0xbf7f, encodeTlv(0xa0, Uint8Array.of(0x81, 0x01, 0x5a)));
    expect(await loadElements((all) => [...all.slice(0, -1).map(raw), unknown, ...all.slice(-1).map(raw)])).toBe(
      'installed',
    );
  });

  it('#08 Error: a service that the eUICC does not offer', async () => {
    const outcome = await loadElements(([header, ...rest]) => {
      if (header?.type !== 'header') throw new Error('no header');
      const body = { ...header.body, iccid: packIccidInOrder(ICCID), mandatoryServices: ['usim', 'multos'] as const };
      return [makeProfileElement({ type: 'header', body }).raw, ...rest.map(raw)];
    });
    expect(outcome).toBe(processing);
  });

  it('#09 Error: not enough memory', async () => {
    te = await TeEuicc.create({ memoryOctets: 46_000 });
    expect(await te.load(ICCID)).toBe('loadProfileElements: installFailedDueToInsufficientMemoryForProfile');
    expect(await te.stateOf(ICCID)).toBe('absent');
  });

  it('#10 Error: a test profile whose key is not a public one', async () => {
    expect(await te.load(ICCID, { storeMetadata: metadataFor(ICCID, { profileClass: 0 }) })).toBe(
      'loadProfileElements: testProfileInstallFailedDueToInvalidNaaKey',
    );
  });

  it('#11 Error: a segment whose MAC is wrong', async () => {
    const pieces = splitBoundProfilePackage(await bindProfilePackage(await te.binding(ICCID)));
    const last = pieces.at(-1) ?? upp();
    pieces[pieces.length - 1] = Uint8Array.from(last, (octet, i) => (i === last.length - 1 ? octet ^ 1 : octet));
    expect(await te.loadPieces(pieces)).toBe('loadProfileElements: scp03tSecurityError');
  });

  it('#12 Error: interruption', async () => {
    const pieces = splitBoundProfilePackage(await bindProfilePackage(await te.binding(ICCID))).slice(0, -1);
    await expect(te.loadPieces(pieces)).rejects.toMatchObject({ code: 'PACKAGE_INCOMPLETE' });
    expect(await te.notifications()).toEqual([`install ${ICCID}`]);
    expect(await te.euicc.es10c.enableProfile(by(ICCID))).toBe(1);
  });
});

// SGP.23 section 4.2.11: the result of the whole package
describeWithVectors('TC_eUICC_ES10b.LoadBoundProfilePackage', () => {
  it('#01 Nominal: the result is pending until it is acknowledged', async () => {
    const bpp = await bindProfilePackage(await te.binding(ICCID));
    const result = await te.euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));
    expect((await te.euicc.es10b.retrieveNotificationsList({ seqNumber: 1 })).map(toHex)).toEqual([toHex(result)]);
  });

  it('#02 Error: without PrepareDownload', async () => {
    await te.smdp.authenticate(te.euicc);
    await expect(te.loadPieces([upp()])).rejects.toMatchObject({ code: 'DOWNLOAD_NOT_PREPARED' });
  });

  it('#03 Error: a package a second time', async () => {
    const pieces = splitBoundProfilePackage(await bindProfilePackage(await te.binding(ICCID)));
    await te.loadPieces(pieces);
    await expect(te.loadPieces(pieces)).rejects.toMatchObject({ code: 'DOWNLOAD_NOT_PREPARED' });
  });

  it('#04 Error: series of segments out of order', async () => {
    const bpp = await bindProfilePackage(await te.binding(ICCID));
    const [channel, first, second, ...rest] = parseChildren(parseTlv(bpp).value).map(({ raw }) => raw);
    if (channel === undefined || first === undefined || second === undefined) throw new Error('no package');
    expect(await te.loadPieces([encodeTlv(0xbf36, channel, second, first, ...rest)])).toMatch(/scp03tStructureError/);
  });
});
