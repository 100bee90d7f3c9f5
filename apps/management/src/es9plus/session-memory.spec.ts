import type { OfferedProfile } from './download-order.ts';
import type { SessionRow } from './rsp-session.ts';
import { SessionMemory } from './session-memory.ts';

const now = new Date('2026-11-28T12:00:00Z');
const later = new Date(now.getTime() + 600_000);
const id = (number: number) => Buffer.from(number.toString(16).padStart(32, '0'), 'hex');
const session = (number: number) => {
  const row: SessionRow = {
    transactionId: id(number),
    state: 'AUTHENTICATED',
    ciKeyId: Buffer.alloc(20),
    serverCiKeyId: Buffer.alloc(20),
    eid: '89049032123451234512345678901235',
    iccid: '8981001',
    euiccPublicKey: Buffer.alloc(91),
    smdpSignature2: Buffer.alloc(67),
  };
  return { row, expiresAt: later };
};
const offered = (octets: number): OfferedProfile => ({
  metadata: Buffer.alloc(3),
  protectedPackage: Buffer.alloc(octets),
  profileKeys: Buffer.alloc(48),
  confirmationCodeHash: null,
  contractId: null,
  byCertificate: null,
});

describe('sessions that a process remembers', () => {
  it('are given back until their time is over', () => {
    const memory = new SessionMemory();
    memory.remember(session(1));
    expect(memory.recall(id(1), now)?.row.state).toBe('AUTHENTICATED');
    expect(memory.recall(id(1), later)).toBeUndefined();
    expect(memory.recall(id(2), now)).toBeUndefined();
  });

  it('are as they were last remembered, and no more when they are forgotten', () => {
    const memory = new SessionMemory();
    memory.remember(session(1));
    memory.remember({ ...session(1), offered: offered(10) });
    expect(memory.recall(id(1), now)?.offered?.protectedPackage).toHaveLength(10);
    memory.delivered(id(1));
    expect(memory.recall(id(1), now)).toMatchObject({ row: { state: 'AUTHENTICATED' } });
    expect(memory.recall(id(1), now)?.offered).toBeUndefined();
    memory.forget(id(1));
    expect(memory.recall(id(1), now)).toBeUndefined();
  });

  it('take a bounded amount of memory: the oldest go first, and large packages are not kept', () => {
    const memory = new SessionMemory();
    for (let number = 0; number < 1_025; number++) memory.remember({ ...session(number), offered: offered(1) });
    expect(memory.recall(id(0), now)).toBeUndefined();
    expect(memory.recall(id(1), now)).toBeDefined();
    for (let number = 2_000; number < 2_000 + 4_096; number++) memory.remember(session(number));
    expect(memory.recall(id(1_024), now)).toBeUndefined();
    expect(memory.recall(id(2_000), now)).toBeDefined();
    memory.remember({ ...session(1), offered: offered(64 * 1024 + 1) });
    expect(memory.recall(id(1), now)).toBeUndefined();
  });
});
