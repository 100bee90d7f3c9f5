import { confirmationCodeHash, hashCcOf, ProfileClass, ProfileState, StoreMetadataRequest } from '@tegata/rsp';
import fc from 'fast-check';
import type { Device } from './common-mutual-authentication.ts';
import type { Es9Plus } from './es9plus.ts';
import { LpaError } from './lpa-error.ts';
import { type DownloadOrder, type DownloadUser, downloadProfile } from './profile-download.ts';
import { FakeEuicc } from './testing/fake-euicc.ts';
import { FakeSmdp, offeredMetadata, packageWith, Refusal } from './testing/fake-smdp.ts';

const device: Device = {
  tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
  deviceCapabilities: { eutranSupportedRelease: '15.0.0' },
};
const order: DownloadOrder = { smdpAddress: 'rsp.aozora.example', matchingId: 'EVENT-1' };
const willing: DownloadUser = { consent: async () => 'install' };

function arrange() {
  const es10b = new FakeEuicc();
  const smdp = new FakeSmdp('rsp.aozora.example');
  const download = (user: DownloadUser = willing, what = order, es9Plus: Es9Plus = smdp, signal?: AbortSignal) =>
    downloadProfile({ es10b, es10c: es10b, es9Plus, device }, what, user, signal === undefined ? {} : { signal });
  return { es10b, smdp, download };
}

/** The functions of a server, to replace some. */
function portOf(smdp: FakeSmdp): Es9Plus {
  return {
    initiateAuthentication: (request) => smdp.initiateAuthentication(request),
    authenticateClient: (request) => smdp.authenticateClient(request),
    getBoundProfilePackage: (request) => smdp.getBoundProfilePackage(request),
    handleNotification: (request) => smdp.handleNotification(request),
    cancelSession: (request) => smdp.cancelSession(request),
  };
}

async function codeOf(download: Promise<unknown>): Promise<string> {
  const error: unknown = await download.catch((thrown: unknown) => thrown);
  return error instanceof LpaError ? error.code : String(error);
}

describe('a profile download', () => {
  it('shows the profile, loads the whole package in order and returns what was installed', async () => {
    const { es10b, smdp, download } = arrange();
    const stages: string[] = [];
    let shown = '';
    const installed = await download({
      consent: async ({ profileName }) => {
        shown = profileName;
        return 'install';
      },
      onProgress: ({ stage }) => stages.push(stage),
    });
    expect(shown).toBe('Aozora Mobile');
    expect(installed).toMatchObject({ iccid: '89000123456789012341', seqNumber: 1 });
    expect(Buffer.concat(es10b.loaded)).toEqual(Buffer.from(smdp.boundProfilePackage));
    expect(es10b.loaded).toHaveLength(8);
    expect([...new Set(stages)]).toEqual([
      'mutual-authentication',
      'consent',
      'prepare-download',
      'binding',
      'loading',
    ]);
    expect(smdp.cancelled).toEqual([]);
  });

  it('tells the server what device it is and what is wanted', async () => {
    const { es10b, download } = arrange();
    await download();
    const context = es10b.requests.authenticateServer?.ctxParams1;
    expect(context?.matchingId).toBe('EVENT-1');
    expect(context?.deviceInfo.deviceCapabilities.eutranSupportedRelease).toBe('15.0.0');
  });

  it('goes no further with a server that signs another address than the one called', async () => {
    const { es10b, download } = arrange();
    expect(await codeOf(download(willing, { ...order, smdpAddress: 'rsp.minato.example' }))).toBe(
      'SERVER_ADDRESS_MISMATCH',
    );
    expect(es10b.requests.authenticateServer).toBeUndefined();
  });

  it('does not mind the case of letters in an address', async () => {
    const { download } = arrange();
    await expect(download(willing, { ...order, smdpAddress: 'RSP.Aozora.Example' })).resolves.toBeDefined();
  });

  it('lets a refusal of the SM-DP+ pass, and has nothing to cancel then', async () => {
    const { smdp, download } = arrange();
    await expect(download(willing, { ...order, matchingId: 'OTHER' })).rejects.toBeInstanceOf(Refusal);
    expect(smdp.cancelled).toEqual([]);
  });

  it("takes the eUICC's refusal of the server to the server", async () => {
    const { es10b, smdp, download } = arrange();
    es10b.refusals.authenticateServer = 2;
    const error: unknown = await download().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'EUICC_REFUSED_SERVER',
      message: 'The eUICC does not accept this server: its signature is wrong.',
      details: { authenticateErrorCode: 'invalidSignature (2)' },
    });
    expect(smdp.euiccRefusals).toEqual([2]);
  });

  it("takes the eUICC's refusal of the offer to the SM-DP+", async () => {
    const { es10b, smdp, download } = arrange();
    es10b.refusals.prepareDownload = 1;
    expect(await codeOf(download())).toBe('EUICC_REFUSED_DOWNLOAD');
    expect(smdp.euiccRefusals).toEqual([1]);
  });
});

describe('policy rules of a profile', () => {
  const allowed = { pprIds: ['ppr1', 'ppr2'], allowedOperators: [{ mccMnc: '00101' }], pprFlags: [] } as const;

  function arrangeWith(profilePolicyRules: readonly ('ppr1' | 'ppr2' | 'ppr3')[], mccMnc?: string) {
    const arranged = arrange();
    arranged.smdp.profileMetadata = StoreMetadataRequest.encode({
      ...StoreMetadataRequest.decode(offeredMetadata),
      profilePolicyRules,
      ...(mccMnc !== undefined && { profileOwner: { mccMnc } }),
    });
    arranged.smdp.boundProfilePackage = packageWith(arranged.smdp.profileMetadata);
    return arranged;
  }

  it.each([
    ['that nobody may set', [], '00101'],
    ['of an operator who may not', [allowed], '00102'],
    ['of nobody', [allowed], undefined],
    ['other than the table has', [{ ...allowed, pprIds: ['ppr1'] as const }], '00101'],
  ])('%s end the session before the user is asked', async (_what, table, owner) => {
    const { es10b, smdp, download } = arrangeWith(['ppr1', 'ppr2'], owner);
    es10b.rulesAuthorisationTable = table;
    let asked = false;
    const error: unknown = await download({
      consent: async () => {
        asked = true;
        return 'install';
      },
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'POLICY_RULES_NOT_ALLOWED',
      message: expect.stringContaining('ppr2 (it can not be deleted)'),
      details: { policyRules: expect.stringContaining('ppr2') },
    });
    expect(asked).toBe(false);
    expect(smdp.cancelled).toEqual(['pprNotAllowed']);
    expect(es10b.requests.prepareDownload).toBeUndefined();
  });

  it.each([
    [
      'the first entry that fits says so',
      [
        { ...allowed, pprIds: ['ppr1'] as const },
        { ...allowed, pprFlags: ['consentRequired'] as const },
      ],
      ['ppr2'],
    ],
    [
      'every entry says so',
      [{ ...allowed, pprFlags: ['consentRequired'] as const, allowedOperators: [{ mccMnc: 'EEEEEE' }] }],
      ['ppr1', 'ppr2'],
    ],
    ['no entry says so', [allowed], []],
  ])('need consent where %s', async (_what, table, consentRequired) => {
    const { es10b, download } = arrangeWith(['ppr1', 'ppr2'], '00101');
    es10b.rulesAuthorisationTable = table;
    let terms: unknown;
    await download({
      consent: async (_metadata, told) => {
        terms = told;
        return 'install';
      },
    });
    expect(terms).toEqual({ consentRequired });
  });

  describe('one of which keeps it from being disabled', () => {
    const there = {
      iccid: '8981001000000000013',
      isdpAid: Buffer.from('A0000005591010FFFFFFFF8900001200', 'hex'),
      profileState: ProfileState.disabled,
    } as const;

    function arrangeBeside(profileClass: number | undefined, rules: readonly ('ppr1' | 'ppr2')[] = ['ppr1']) {
      const arranged = arrangeWith(rules, '00101');
      arranged.es10b.rulesAuthorisationTable = [allowed];
      arranged.es10b.profiles = [profileClass === undefined ? there : { ...there, profileClass }];
      return arranged;
    }

    it.each([ProfileClass.operational, undefined])('end the session beside an operational profile', async (its) => {
      const { es10b, smdp, download } = arrangeBeside(its);
      let asked = false;
      const consent = async () => {
        asked = true;
        return 'install' as const;
      };
      await expect(download({ consent })).rejects.toMatchObject({
        code: 'POLICY_RULES_NOT_ALLOWED',
        message: expect.stringContaining('another operational profile'),
        details: { policyRules: 'ppr1', profileOwner: '00101' },
      });
      expect(asked).toBe(false);
      expect(smdp.cancelled).toEqual(['pprNotAllowed']);
      expect(es10b.installed).toEqual([]);
    });

    it.each([
      ['beside a provisioning profile', ProfileClass.provisioning, undefined],
      ['beside a test profile', ProfileClass.test, undefined],
      ['with other rules, beside an operational one', ProfileClass.operational, ['ppr2'] as const],
    ])('are installed %s', async (_what, its, rules) => {
      const { es10b, download } = arrangeBeside(its, rules);
      await download();
      expect(es10b.installed).toHaveLength(1);
    });
  });
});

describe('a confirmation code', () => {
  it('reaches the SM-DP+ as the hash over code and transaction', async () => {
    const { es10b, smdp, download } = arrange();
    smdp.confirmationCodeRequired = true;
    await download({ ...willing, confirmationCode: async () => '4711' });
    const transactionId = es10b.requests.prepareDownload?.smdpSigned2.transactionId ?? new Uint8Array(0);
    expect(smdp.hashCcs).toEqual([Uint8Array.from(hashCcOf(confirmationCodeHash('4711'), transactionId))]);
  });

  it('that the user does not give ends the session as rejected', async () => {
    const { smdp, download } = arrange();
    smdp.confirmationCodeRequired = true;
    expect(await codeOf(download())).toBe('USER_REJECTED');
    expect(smdp.cancelled).toEqual(['endUserRejection']);
  });
});

describe('whatever stops a download on this side is told to the SM-DP+ with its reason', () => {
  it.each([
    ['reject', 'USER_REJECTED', 'endUserRejection'],
    ['postpone', 'USER_POSTPONED', 'postponed'],
    ['policy-rules-not-allowed', 'POLICY_RULES_NOT_ALLOWED', 'pprNotAllowed'],
  ] as const)('the user says %s', async (consent, code, reason) => {
    const { es10b, smdp, download } = arrange();
    expect(await codeOf(download({ consent: async () => consent }))).toBe(code);
    expect(smdp.cancelled).toEqual([reason]);
    expect(es10b.requests.prepareDownload).toBeUndefined();
  });

  it('the user says nothing', async () => {
    const { smdp, download } = arrange();
    expect(await codeOf(download({ consent: () => new Promise(() => {}), answerWithinMs: 1 }))).toBe('USER_TIMEOUT');
    expect(smdp.cancelled).toEqual(['timeout']);
  });

  it('the package has other metadata than was shown', async () => {
    const { es10b, smdp, download } = arrange();
    smdp.boundProfilePackage = packageWith(Buffer.from('BF2502 5A00'.replaceAll(' ', ''), 'hex'));
    expect(await codeOf(download())).toBe('METADATA_MISMATCH');
    expect(smdp.cancelled).toEqual(['metadataMismatch']);
    expect(es10b.loaded).toEqual([]);
  });

  it('the package has no structure', async () => {
    const { smdp, download } = arrange();
    smdp.boundProfilePackage = smdp.boundProfilePackage.subarray(0, -1);
    expect(await codeOf(download())).toBe('PACKAGE_NOT_LOADABLE');
    expect(smdp.cancelled).toEqual(['loadBppExecutionError']);
  });

  it('the eUICC can not be reached while the package is loaded', async () => {
    const { es10b, smdp, download } = arrange();
    es10b.refusals.breakAtPiece = 3;
    expect(await codeOf(download())).toBe('PACKAGE_NOT_LOADABLE');
    expect(smdp.cancelled).toEqual(['loadBppExecutionError']);
  });

  it.each([
    ['SERVER_ANSWER_MALFORMED', 'undefinedReason'],
    ['DEADLINE_EXCEEDED', 'timeout'],
  ])('the SM-DP+ gives no answer of the function (%s)', async (code, reason) => {
    for (const call of ['authenticateClient', 'getBoundProfilePackage'] as const) {
      const { smdp, download } = arrange();
      const answer = smdp[call].bind(smdp);
      const unreadable: Es9Plus['cancelSession'] = async (request) => {
        await answer(request as never);
        throw Object.assign(new Error(), { code });
      };
      const es9Plus = { ...portOf(smdp), [call]: unreadable };
      await expect(download(willing, order, es9Plus)).rejects.toMatchObject({ code });
      expect(smdp.cancelled).toEqual([reason]);
    }
  });

  it('the SM-DP+ can not be reached: it keeps what it has for the next try', async () => {
    const { smdp, download } = arrange();
    const away: Es9Plus['getBoundProfilePackage'] = async () => {
      throw Object.assign(new Error(), { code: 'SERVER_UNREACHABLE' });
    };
    const es9Plus = { ...portOf(smdp), getBoundProfilePackage: away };
    await expect(download(willing, order, es9Plus)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(smdp.cancelled).toEqual([]);
  });

  it('the program is stopped', async () => {
    const { smdp, download } = arrange();
    const stop = new AbortController();
    const stopping: DownloadUser = {
      consent: async () => {
        stop.abort(new Error('stopped'));
        return 'install';
      },
    };
    await expect(download(stopping, order, smdp, stop.signal)).rejects.toThrow('stopped');
    expect(smdp.cancelled).toEqual(['postponed']);
  });

  it('the program is stopped while the profile goes to the eUICC: no further piece goes there', async () => {
    const { es10b, smdp, download } = arrange();
    const stop = new AbortController();
    const onProgress: DownloadUser['onProgress'] = (progress) => {
      if (progress.stage === 'loading' && progress.loadedPieces === 4) stop.abort(new Error('stopped'));
    };
    await expect(download({ ...willing, onProgress }, order, smdp, stop.signal)).rejects.toThrow('stopped');
    expect(es10b.loaded).toHaveLength(5);
    expect(smdp.cancelled).toEqual(['postponed']);
    expect(es10b.installed).toEqual([]);
  });
});

describe('an installation that the eUICC refuses', () => {
  it('stops the loading at once and is told by name; its result waits as a notification, nothing is cancelled', async () => {
    const { es10b, smdp, download } = arrange();
    es10b.refusals.installation = { atPiece: 4, errorReason: 10 };
    const error: unknown = await download().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'INSTALLATION_FAILED',
      message: 'The eUICC did not install the profile: the eUICC has not enough room for it.',
      details: {
        errorReason: 'installFailedDueToInsufficientMemoryForProfile (10)',
        bppCommandId: 'loadProfileElements (5)',
      },
    });
    expect(es10b.loaded).toHaveLength(5);
    expect(smdp.cancelled).toEqual([]);
    expect(es10b.pending.size).toBe(1);
  });
});

describe('answers of a server with any octets in them', () => {
  it('never end in anything but an installation, a named error or a refusal', async () => {
    const mutation = fc.record({
      call: fc.constantFrom('initiateAuthentication', 'authenticateClient', 'getBoundProfilePackage'),
      member: fc.nat(),
      at: fc.nat(),
      to: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ call, member, at, to, cut }) => {
        const { smdp, download } = arrange();
        const mutated = <A extends object>(answer: A): A => {
          const octetMembers = Object.entries(answer).filter(([, value]) => value instanceof Uint8Array);
          const [name = '', value] = octetMembers[member % octetMembers.length] ?? [];
          const octets = Buffer.from(value as Uint8Array);
          octets[at % octets.length] = to;
          return { ...answer, [name]: cut ? octets.subarray(0, at % octets.length) : octets };
        };
        const through = <A extends object>(name: string, answer: A) => (name === call ? mutated(answer) : answer);
        const server: Es9Plus = {
          ...portOf(smdp),
          initiateAuthentication: async (request) =>
            through('initiateAuthentication', await smdp.initiateAuthentication(request)),
          authenticateClient: async (request) => through('authenticateClient', await smdp.authenticateClient(request)),
          getBoundProfilePackage: async (request) =>
            through('getBoundProfilePackage', await smdp.getBoundProfilePackage(request)),
        };
        const outcome: unknown = await download(willing, order, server).catch((thrown: unknown) => thrown);
        const named = outcome instanceof LpaError || outcome instanceof Refusal;
        expect(named || (outcome as { iccid?: string }).iccid === '89000123456789012341').toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
