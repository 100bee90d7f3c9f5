import { createPublicKey, randomBytes } from 'node:crypto';
import {
  parseAssertion,
  parseTransferStatement,
  verifyAssertion,
  verifyCaptureStatement,
  verifyTransferStatement,
} from '@tegata/identity';
import type { ManufacturedEuicc } from '@tegata/pki';
import { Euicc } from '../euicc.ts';
import { CrashingFolder } from '../testing/crashing-folder.ts';
import { type Deployment, makeDeployment, materialOf } from '../testing/deployment.ts';
import { memoryContent } from '../testing/results.ts';
import { NOW, testOptions } from '../testing/test-euicc.ts';

const PASSWORD = 'correct horse';
const CONTRACT = Buffer.from('0d3f2b8c5a614e0f9c1d2e3f4a5b6c7d', 'hex');
const CONTRACT_ID = '0d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d';
const OTHER_CONTRACT = Buffer.alloc(16, 7);

let deployment: Deployment;
let made: ManufacturedEuicc;
let euicc: Euicc;
let folder: CrashingFolder;

beforeAll(async () => {
  deployment = await makeDeployment();
});
beforeEach(async () => {
  made = await deployment.manufacture();
  folder = new CrashingFolder();
  euicc = await Euicc.manufacture(materialOf(made), testOptions(folder));
});

const binding = (contractId = CONTRACT) => ({ contractId, nonce: Buffer.alloc(32, 5), carrierOid: '2.999.21' });
const authenticate = (password: string, contractId = CONTRACT) =>
  euicc.localAuthentication.authenticate(password, binding(contractId), NOW);
const refusedWith = (code: string) => expect.objectContaining({ code });

/** The power goes, and comes back. */
async function restart(): Promise<void> {
  folder.powerOn({ names: 'none', writes: 'none' });
  euicc = await Euicc.open(testOptions(folder));
}

describe('registration of a password', () => {
  it('gives a reset code of 16 digits, another one each time', async () => {
    expect(await euicc.localAuthentication.getStatus()).toEqual({ passwordRegistered: false, triesLeft: 5 });
    const first = await euicc.localAuthentication.registerPassword(PASSWORD, '');
    const second = await euicc.localAuthentication.registerPassword('another one', PASSWORD);
    expect(first).toMatch(/^\d{16}$/);
    expect(second).toMatch(/^\d{16}$/);
    expect(second).not.toBe(first);
    expect(await euicc.localAuthentication.getStatus()).toEqual({ passwordRegistered: true, triesLeft: 5 });
  });

  it('needs the current password when there is one, and a wrong one counts', async () => {
    await euicc.localAuthentication.registerPassword(PASSWORD, '');
    const again = euicc.localAuthentication.registerPassword('thief here', 'guessed wrong');
    await expect(again).rejects.toEqual(refusedWith('LOCAL_AUTHENTICATION_FAILED'));
    expect(await euicc.localAuthentication.getStatus()).toMatchObject({ triesLeft: 4 });
    expect((await authenticate(PASSWORD)).success).toBe(true);
  });

  it('keeps neither password nor reset code in clear', async () => {
    const code = await euicc.localAuthentication.registerPassword(PASSWORD, '');
    const log = Buffer.from((await folder.read('memory')) ?? []);
    expect(log.includes(PASSWORD)).toBe(false);
    expect(log.includes(code)).toBe(false);
    const keys = [...(await memoryContent(folder)).keys()];
    expect(keys.filter((key) => key.startsWith('local-authentication'))).toEqual(['local-authentication/']);
  });

  it('takes characters for the same however a keyboard composes them', async () => {
    await euicc.localAuthentication.registerPassword('passwo\u0308rtchen', '');
    expect((await authenticate('passw\u00f6rtchen')).success).toBe(true);
  });
});

describe('local authentication', () => {
  beforeEach(() => euicc.localAuthentication.registerPassword(PASSWORD, ''));

  it('signs an assertion that a carrier accepts', async () => {
    const { success, triesLeft, assertion } = await authenticate(PASSWORD);
    expect([success, triesLeft]).toEqual([true, 5]);
    const accepted = verifyAssertion(assertion, {
      cis: made.ciCertificates,
      at: NOW,
      contractId: CONTRACT_ID,
      nonce: Buffer.alloc(32, 5),
      carrierOid: '2.999.21',
      eid: made.eid,
      acceptedMethods: ['password'],
    });
    expect(accepted).toMatchObject({ method: 'password', verifiedIn: 'eUICC', counter: 0 });
  });

  it('asserts a failure as one', async () => {
    const { success, triesLeft, assertion } = await authenticate('wrong');
    expect([success, triesLeft]).toEqual([false, 4]);
    expect(parseAssertion(assertion).asserted).toMatchObject({ outcome: 'failure', contractId: CONTRACT_ID });
  });

  it('numbers assertions without gap or repetition, over resets of power and application', async () => {
    const counters: number[] = [];
    const assert = async (password: string) =>
      counters.push(parseAssertion((await authenticate(password)).assertion).asserted.counter);
    await assert(PASSWORD);
    await assert('wrong');
    await restart();
    await assert(PASSWORD);
    await euicc.localAuthentication.resetMemory();
    await euicc.localAuthentication.registerPassword(PASSWORD, '');
    await assert(PASSWORD);
    expect(counters).toEqual([0, 1, 2, 3]);
  });

  it('locks after five failures in a row, also for the right password and over loss of power', async () => {
    for (const left of [4, 3, 2, 1]) expect((await authenticate('wrong')).triesLeft).toBe(left);
    expect((await authenticate(PASSWORD)).triesLeft).toBe(5);
    for (const left of [4, 3, 2, 1, 0]) {
      expect((await euicc.localAuthentication.verifyPassword('wrong')).triesLeft).toBe(left);
      await restart();
    }
    const locked = refusedWith('LOCAL_AUTHENTICATION_LOCKED');
    await expect(authenticate(PASSWORD)).rejects.toEqual(locked);
    await expect(euicc.localAuthentication.verifyPassword(PASSWORD)).rejects.toEqual(locked);
    await expect(euicc.localAuthentication.registerPassword('new password', PASSWORD)).rejects.toEqual(locked);
    expect(await euicc.localAuthentication.getStatus()).toEqual({ passwordRegistered: true, triesLeft: 0 });
  });

  it('counts a try before the comparison, so that cutting the power gains none', async () => {
    await euicc.close();
    const triesAfterCut: number[] = [];
    for (let operations = 0, answered = false; !answered && operations < 20; operations++) {
      const place = folder.clone().powerOn({ names: 'all', writes: 'all' }, operations);
      answered = await Euicc.open(testOptions(place))
        .then((opened) => opened.localAuthentication.verifyPassword(PASSWORD))
        .then(
          () => true,
          () => false,
        );
      const after = await Euicc.open(testOptions(place.powerOn({ names: 'none', writes: 'none' })));
      triesAfterCut.push((await after.localAuthentication.getStatus()).triesLeft);
    }
    // Before the count is on the disk nothing is compared; from then on the try is gone until success is on the disk.
    expect(triesAfterCut.join('')).toMatch(/^5+4+5$/);
  });

  it('costs no try for a contract that can not be asserted', async () => {
    const impossible = { ...binding(), carrierOid: 'no oid' };
    const attempt = euicc.localAuthentication.authenticate(PASSWORD, impossible, NOW);
    await expect(attempt).rejects.toEqual(refusedWith('MESSAGE_MALFORMED'));
    expect(await euicc.localAuthentication.getStatus()).toMatchObject({ triesLeft: 5 });
  });

  it('is refused while nothing is registered', async () => {
    await euicc.localAuthentication.resetMemory();
    const refused = refusedWith('LOCAL_AUTHENTICATION_NOT_REGISTERED');
    await expect(authenticate(PASSWORD)).rejects.toEqual(refused);
    await expect(euicc.localAuthentication.unlockWithResetCode('0'.repeat(16), PASSWORD)).rejects.toEqual(refused);
  });

  it('takes attempts one after the other: at once, no more than five get through', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => authenticate('wrong')));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });
});

describe('reset code', () => {
  let code: string;
  const unlock = (given: string) => euicc.localAuthentication.unlockWithResetCode(given, 'a new password');
  beforeEach(async () => {
    code = await euicc.localAuthentication.registerPassword(PASSWORD, '');
    for (let i = 0; i < 5; i++) await euicc.localAuthentication.verifyPassword('wrong');
  });

  it('unlocks with a new password, and is used up', async () => {
    const next = await unlock(code);
    expect(next).not.toBe(code);
    expect((await authenticate('a new password')).success).toBe(true);
    expect((await authenticate(PASSWORD)).success).toBe(false);
    await expect(unlock(code)).rejects.toEqual(refusedWith('RESET_CODE_WRONG'));
    await expect(unlock(next)).resolves.toMatch(/^\d{16}$/);
  });

  it('is locked after ten wrong ones, for good but for a reset of the application', async () => {
    const wrong = code.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    for (let i = 0; i < 10; i++) {
      await expect(unlock(wrong)).rejects.toEqual(refusedWith('RESET_CODE_WRONG'));
      if (i === 4) await restart();
    }
    await expect(unlock(code)).rejects.toEqual(refusedWith('RESET_CODE_LOCKED'));
    await restart();
    await expect(unlock(code)).rejects.toEqual(refusedWith('RESET_CODE_LOCKED'));
    await euicc.localAuthentication.resetMemory();
    expect(await euicc.localAuthentication.getStatus()).toEqual({ passwordRegistered: false, triesLeft: 5 });
  });
});

describe('identity certificate', () => {
  let issued: Uint8Array;
  const release = (contractId = CONTRACT) => euicc.certificateStore.releaseCertificate(contractId);
  const forbidden = refusedWith('CERTIFICATE_OUTPUT_FORBIDDEN');
  beforeEach(async () => {
    issued = await deployment.issueIdentity({ eid: made.eid, key: made });
    await euicc.localAuthentication.registerPassword(PASSWORD, '');
  });

  describe('once stored', () => {
    beforeEach(() => euicc.certificateStore.storeCertificate(issued));

    it('is put out once after a success, for that contract', async () => {
      await authenticate(PASSWORD);
      expect(Buffer.from(await release())).toEqual(Buffer.from(issued));
      await expect(release()).rejects.toEqual(forbidden);
    });

    it('is not put out without authentication, after a failed one, or after a comparison without a contract', async () => {
      await expect(release()).rejects.toEqual(forbidden);
      await authenticate('wrong');
      await expect(release()).rejects.toEqual(forbidden);
      await euicc.localAuthentication.verifyPassword(PASSWORD);
      await expect(release()).rejects.toEqual(forbidden);
    });

    it('is not put out for another contract, and still for the right one', async () => {
      await authenticate(PASSWORD);
      await expect(release(OTHER_CONTRACT)).rejects.toEqual(forbidden);
      await expect(release()).resolves.toBeDefined();
    });

    it('is not put out any more once another attempt was made, or the card was reset, or lost power', async () => {
      await authenticate(PASSWORD);
      await authenticate('wrong');
      await expect(release()).rejects.toEqual(forbidden);
      await authenticate(PASSWORD, OTHER_CONTRACT);
      await expect(release()).rejects.toEqual(forbidden);
      await authenticate(PASSWORD);
      await euicc.apdu.reset();
      await expect(release()).rejects.toEqual(forbidden);
      await authenticate(PASSWORD);
      await restart();
      await expect(release()).rejects.toEqual(forbidden);
      expect(await euicc.certificateStore.isStored()).toBe(true);
    });

    it('moves to another eUICC by a statement that is signed once the password was right, and is put out with it', async () => {
      const transfer = { transferId: CONTRACT, successorEid: '89049032123451234512345678901332' };
      const wrong = await euicc.localAuthentication.signTransfer('wrong', transfer, NOW);
      expect(wrong).toEqual({ success: false, triesLeft: 4, transferStatement: new Uint8Array(0) });
      await expect(release()).rejects.toEqual(forbidden);
      const right = await euicc.localAuthentication.signTransfer(PASSWORD, transfer, NOW);
      const statement = parseTransferStatement(right.transferStatement);
      expect(statement).toMatchObject({ transferId: CONTRACT_ID, eid: made.eid, counter: 1 });
      const expected = { euiccKey: createPublicKey(made.privateKey), at: NOW, maximumAgeMs: 0 };
      const { successorEid } = transfer;
      expect(() => verifyTransferStatement(statement, { ...expected, successorEid })).not.toThrow();
      expect(Buffer.from(await release())).toEqual(Buffer.from(issued));
      await expect(release()).rejects.toEqual(forbidden);
    });

    it('does not move to the eUICC it is in, and the attempt costs no try', async () => {
      const self = { transferId: CONTRACT, successorEid: made.eid };
      const moved = euicc.localAuthentication.signTransfer('wrong', self, NOW);
      await expect(moved).rejects.toEqual(refusedWith('MESSAGE_MALFORMED'));
      expect(await euicc.localAuthentication.getStatus()).toMatchObject({ triesLeft: 5 });
    });

    it('goes with the registration when the application is reset', async () => {
      await authenticate(PASSWORD);
      await euicc.localAuthentication.resetMemory();
      expect(await euicc.certificateStore.isStored()).toBe(false);
      await expect(release()).rejects.toEqual(refusedWith('NO_CERTIFICATE'));
    });

    it('gives way to a newer one', async () => {
      const newer = await deployment.issueIdentity({ eid: made.eid, key: made });
      await euicc.certificateStore.storeCertificate(newer);
      await authenticate(PASSWORD);
      expect(Buffer.from(await release())).toEqual(Buffer.from(newer));
    });
  });

  it('is taken only when it is about this EID and this key', async () => {
    const other = await deployment.manufacture();
    const refused = refusedWith('CERTIFICATE_NOT_FOR_THIS_EUICC');
    for (const wrong of [
      await deployment.issueIdentity({ eid: other.eid, key: other }),
      await deployment.issueIdentity({ eid: made.eid, key: other }),
      await deployment.issueIdentity({ eid: other.eid, key: made }),
      issued.subarray(0, 100),
      randomBytes(300),
      new Uint8Array(0),
    ]) {
      await expect(euicc.certificateStore.storeCertificate(wrong)).rejects.toEqual(refused);
    }
    expect(await euicc.certificateStore.isStored()).toBe(false);
  });

  it('is not taken while nobody could be authenticated to use it', async () => {
    await euicc.localAuthentication.resetMemory();
    const store = euicc.certificateStore.storeCertificate(issued);
    await expect(store).rejects.toEqual(refusedWith('LOCAL_AUTHENTICATION_NOT_REGISTERED'));
  });

  it('is not there to put out when none was stored', async () => {
    await authenticate(PASSWORD);
    await expect(release()).rejects.toEqual(refusedWith('NO_CERTIFICATE'));
  });
});

describe('a capture', () => {
  const segment = {
    contractId: CONTRACT,
    identityProofRequestId: OTHER_CONTRACT,
    promptNumber: 2,
    promptNonce: Buffer.alloc(32, 6),
    frameCount: 5,
    chainHead: Buffer.alloc(32, 8),
  };
  const stated = {
    ...segment,
    contractId: CONTRACT_ID,
    identityProofRequestId: '07070707-0707-0707-0707-070707070707',
  };

  it('is signed with the key of the eUICC, under its EID', async () => {
    const statement = await euicc.localAuthentication.signCapture(segment, NOW);
    const euiccKey = createPublicKey(made.privateKey);
    expect(verifyCaptureStatement(statement, { ...stated, eid: made.eid, euiccKey })).toMatchObject({ frameCount: 5 });
  });

  it('is never an assertion, nor the reverse', async () => {
    const statement = await euicc.localAuthentication.signCapture(segment, NOW);
    expect(() => parseAssertion(statement)).toThrow(refusedWith('ASSERTION_MALFORMED'));
  });

  it('is refused with values that have no place in a statement', async () => {
    const none = euicc.localAuthentication.signCapture({ ...segment, frameCount: 0 }, NOW);
    await expect(none).rejects.toEqual(refusedWith('MESSAGE_MALFORMED'));
  });
});
