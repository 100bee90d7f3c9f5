import { rmSync, writeFileSync } from 'node:fs';
import { ContractState } from '@tegata/contracts/management-v1';
import type { Application } from './contract-applications.ts';
import type { Progress } from './run.ts';
import { FakeWorld, resumption } from './testing/fake-world.ts';
import { Interruptions } from './testing/interruptions.ts';

describe('the contract applications of a terminal', () => {
  let world: FakeWorld;

  beforeEach(() => {
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  it('tell every step as it ends, in the order of the chart, and what to do for the ID photo', async () => {
    const record = await world.start().apply(world.application(), world.following);
    expect(record.stage).toBe('complete');
    expect(world.steps()).toEqual('S5 S6 S7 S8 S9 S10 S11 S12 S16 S17 S18 S19 S27 S33 S32 S34 S35'.split(' '));
    expect(world.notes()).toEqual([
      'ID photo, 1 of 3: look straight into the camera.',
      'ID photo, 2 of 3: turn the head to your left.',
      'ID photo, 3 of 3: lift the chin.',
    ]);
  });

  it('say what is missing before anything is sent or stored', async () => {
    const applications = world.start();
    const refused = (more: Partial<Application>, code: string) =>
      expect(applications.apply(world.application(more), world.following)).rejects.toMatchObject({ code });
    await refused({ carrier: 'hikari' }, 'CARRIER_UNKNOWN');
    await refused({ evidence: undefined }, 'EVIDENCE_NEEDED');
    await refused({ evidence: { ...world.evidence, documentFile: '/nowhere.jpg' } }, 'FILE_NOT_FOUND');
    world.euicc.password = undefined;
    await refused({}, 'LOCAL_AUTHENTICATION_NOT_REGISTERED');
    expect(world.store.all()).toEqual([]);
    expect(world.carrier('aozora').contracts.size).toBe(0);
  });

  describe('with a wrong password', () => {
    it('stop before the carrier hears anything, and go on with the right one', async () => {
      const applications = world.start();
      const attempt = applications.apply(world.application({ password: 'wrong' }), world.following);
      await expect(attempt).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_FAILED' });
      await expect(attempt).rejects.toThrow('4 tries are left');
      expect([...world.carrier('aozora').contracts.values()]).toMatchObject([{ lastSubmission: '' }]);
      const record = await applications.resume(resumption, world.following);
      expect(record.stage).toBe('complete');
      expect(record.steps.filter(({ step }) => step === 'S9')).toHaveLength(1);
    });

    it('do not put the certificate out', async () => {
      const applications = world.start();
      await applications.apply(world.application(), world.following);
      const second = applications.apply(world.application({ carrier: 'minato', password: 'wrong' }), world.following);
      await expect(second).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_FAILED' });
      expect(world.euicc.releases).toEqual([]);
    });

    it('say so when that locked local authentication', async () => {
      world.euicc.failures = 4;
      const attempt = world.start().apply(world.application({ password: 'wrong' }), world.following);
      await expect(attempt).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_LOCKED' });
    });

    it('ask for it when they are resumed without', async () => {
      const applications = world.start();
      await applications.apply(world.application({ password: 'wrong' }), world.following).catch(() => {});
      const without = applications.resume({ ...resumption, password: undefined }, world.following);
      await expect(without).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' });
    });
  });

  it('whose pictures are gone name the file, and go on when it is there again', async () => {
    const applications = world.start();
    await applications.apply(world.application({ password: 'wrong' }), world.following).catch(() => {});
    const { documentFile } = world.evidence;
    rmSync(documentFile);
    await expect(applications.resume(resumption, world.following)).rejects.toThrow(documentFile);
    writeFileSync(documentFile, Uint8Array.of(0xff, 0xd8, 0xff, 0));
    expect((await applications.resume(resumption, world.following)).stage).toBe('complete');
  });

  it('work while the carrier can not be told yet, and complete later', async () => {
    const undisturbed = new FakeWorld();
    await undisturbed.start().apply({ ...world.application(), evidence: undisturbed.evidence }, world.following);
    const untilEnabled = undisturbed.interruptions.passed - 4;
    undisturbed.remove();
    world.interruptions = new Interruptions([
      ...Array<'none'>(untilEnabled).fill('none'),
      ...Array<'unreachable'>(9).fill('unreachable'),
    ]);
    const record = await world.start().apply(world.application(), world.following);
    expect(record.stage).toBe('reporting');
    expect(world.notes().at(-1)).toContain('the profile works');
    world.interruptions = new Interruptions();
    expect((await world.start().resume(resumption, world.following)).stage).toBe('complete');
  });

  it.each(['informing', 'deciding', 'acquiring', 'installing'])(
    'end when the contract has lapsed while they were %s',
    async (stage) => {
      const applications = await world.stoppedIn(stage);
      world.carrier('aozora').lapse();
      const record = await applications.resume(resumption, world.following);
      expect(record).toMatchObject({ stage: 'ended', state: ContractState.EXPIRED });
    },
  );

  it('take the steps of the registration into the first contract after it, and only there', async () => {
    const startTime = new Date('2027-01-01');
    world.registrationSteps.keep(['S1', 'S2', 'S3', 'S4'].map((step) => ({ step, startTime, durationUs: 1 })));
    const kept = world.registrationSteps.waiting();
    const applications = world.start();
    const first = await applications.apply(world.application(), world.following);
    expect(first.steps.slice(0, 4).map(({ step }) => step)).toEqual(['S1', 'S2', 'S3', 'S4']);
    // A terminal that was killed after the record was stored and before the steps were forgotten:
    world.registrationSteps.keep(kept);
    world.euicc.certificate = undefined;
    const second = await applications.apply(world.application({ carrier: 'minato' }), world.following);
    expect(second.steps.map(({ step }) => step)).not.toContain('S1');
  });

  it('are gone on with by one program at a time', async () => {
    const applications = world.start();
    await applications.apply(world.application({ password: 'wrong' }), world.following).catch(() => {});
    const running = applications.resume(resumption, world.following);
    await expect(applications.resume(resumption, world.following)).rejects.toMatchObject({ code: 'CONTRACT_BUSY' });
    expect((await running).stage).toBe('complete');
  });

  it('stop before the next step when nobody waits for them any more', async () => {
    const stop = new AbortController();
    const tell = (progress: Progress) => {
      if (progress.kind === 'step' && progress.step.step === 'S12') stop.abort(new Error('stopped'));
    };
    const applications = world.start();
    await expect(applications.apply(world.application(), { tell, signal: stop.signal })).rejects.toThrow('stopped');
    expect(world.record.stage).toBe('deciding');
    expect((await applications.resume(resumption, world.following)).stage).toBe('complete');
  });

  it('note that another application to the same carrier is open', async () => {
    const applications = world.start();
    await applications.apply(world.application({ password: 'wrong' }), world.following).catch(() => {});
    await applications.apply(world.application(), world.following);
    expect(world.notes()[0]).toContain('Another application to aozora is open');
  });
});
