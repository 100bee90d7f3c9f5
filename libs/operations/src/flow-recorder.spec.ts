import { FlowRecorder, type FlowStore, type RecordedStep } from './flow-recorder.ts';

/** Keeps steps in memory, as a table does. */
class MemoryStore implements FlowStore {
  readonly steps: RecordedStep[] = [];
  async insert(steps: readonly RecordedStep[]) {
    this.steps.push(...steps);
  }
  async find(contractId: string) {
    return this.steps.filter((step) => step.contractId === contractId);
  }
}

describe('a flow recorder', () => {
  const contractId = '6f1f7c52-64a2-4a63-9ac4-6c6f3c7f2f3c';
  const start = new Date('2026-11-22T10:00:00Z');
  const recorder = () => {
    const store = new MemoryStore();
    return { store, flow: new FlowRecorder(store, 'relay', () => start) };
  };

  it('passes on what a step results in, and says who took it, when, and how long', async () => {
    const { store, flow } = recorder();
    expect(await flow.record(contractId, 'S30', async () => 'bound')).toBe('bound');
    const [step] = store.steps;
    expect(step).toMatchObject({ contractId, step: 'S30', recordedBy: 'relay', startTime: start, outcome: 'ok' });
    expect(step?.durationUs).toBeGreaterThanOrEqual(0n);
  });

  it('records the reason of a step that fails, and fails with it', async () => {
    const { store, flow } = recorder();
    const refused = Object.assign(new Error('no'), { reason: 'CERTIFICATE_NOT_FOUND' });
    await expect(flow.record(contractId, 'S28', () => Promise.reject(refused))).rejects.toBe(refused);
    await expect(flow.record(contractId, 'S28', () => Promise.reject(new Error('?')))).rejects.toThrow('?');
    expect(store.steps.map(({ outcome }) => outcome)).toEqual(['CERTIFICATE_NOT_FOUND', 'FAILED']);
  });

  it('lets a result name a failure that is no error', async () => {
    const { store, flow } = recorder();
    await flow.record(
      contractId,
      'S22',
      () => ({ accepted: false }),
      ({ accepted }) => (accepted ? 'ok' : 'REFUSED'),
    );
    expect(store.steps[0]?.outcome).toBe('REFUSED');
  });
});
