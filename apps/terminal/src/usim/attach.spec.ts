import { randomUUID } from 'node:crypto';
import { attach, type NetworkAccess } from './attach.ts';

/** Octets of text in hex. */
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const usimAid = hex('A0000000871002FF49FF0589');
const otherAid = hex('A0000000871004FF49FF0589');
const template = (aid: Buffer) =>
  Buffer.concat([Buffer.of(0x61, aid.length + 2, 0x4f, aid.length), aid, Buffer.alloc(8, 0xff)]);

/** What the fake USIM does with challenges, in order: `DB..`, `DC..` or a status word. */
type Answers = readonly (Buffer | number)[];

/** A card with EF.DIR, EF.IMSI and AUTHENTICATE, that leaves answers waiting as T=0 cards do. */
function card(answers: Answers, { profileEnabled = true } = {}) {
  const waitingAnswers = [...answers];
  let selected = '';
  let waiting: Buffer = Buffer.alloc(0);
  const ok = (data: Buffer = Buffer.alloc(0)) => Buffer.concat([data, hex('9000')]);
  return async (command: Uint8Array): Promise<Uint8Array> => {
    const apdu = Buffer.from(command);
    const data = apdu.length > 5 ? apdu.subarray(5, 5 + (apdu[4] ?? 0)) : Buffer.alloc(0);
    switch (apdu[1]) {
      case 0xa4:
        if (!profileEnabled) return hex('6A82');
        selected = data.toString('hex');
        return ok();
      case 0xb2: {
        const record = [otherAid, usimAid][(apdu[2] ?? 0) - 1];
        return selected === '2f00' && record !== undefined ? ok(template(record)) : hex('6A83');
      }
      case 0xb0:
        // EF.IMSI of 001010123456789.
        return selected === '6f07' ? ok(hex('08 09 10 10 10 32 54 76 98')) : hex('6986');
      case 0x88: {
        const answer = waitingAnswers.shift() ?? 0x6f00;
        if (typeof answer === 'number') return Buffer.of(answer >> 8, answer & 0xff);
        waiting = answer;
        return Buffer.of(0x61, answer.length);
      }
      case 0xc0:
        return ok(waiting);
      default:
        return hex('6D00');
    }
  };
}

const res = hex('0102030405060708');
const auts = hex('0102030405060708090A0B0C0D0E');
const success = Buffer.concat([hex('DB08'), res, hex('10'), Buffer.alloc(16), hex('10'), Buffer.alloc(16)]);
const outOfStep = Buffer.concat([hex('DC0E'), auts]);

function network() {
  const told = { imsi: '', res: Buffer.alloc(0), auts: Buffer.alloc(0), requests: 0 };
  const challenge = () => {
    told.requests++;
    return { attemptId: randomUUID(), rand: Buffer.alloc(16), autn: Buffer.alloc(16) };
  };
  const access: NetworkAccess = {
    request: async (imsi) => {
      told.imsi = imsi;
      return challenge();
    },
    confirm: async (_attempt, response) => {
      told.res = Buffer.from(response);
      return { networkName: 'Aozora', msisdn: '8180000000001' };
    },
    resynchronise: async (_attempt, received) => {
      told.auts = Buffer.from(received);
      return challenge();
    },
  };
  return { told, access };
}

describe('attaching', () => {
  it("reads the IMSI from the USIM, answers the network's challenge and tells the number", async () => {
    const { told, access } = network();
    const attached = await attach(card([success]), () => access);
    expect(attached).toEqual({
      imsi: '001010123456789',
      networkName: 'Aozora',
      msisdn: '8180000000001',
      resynchronised: false,
    });
    expect(told).toMatchObject({ imsi: '001010123456789', res });
  });

  it('puts a sequence number right that is out of step', async () => {
    const { told, access } = network();
    const attached = await attach(card([outOfStep, success]), () => access);
    expect(attached.resynchronised).toBe(true);
    expect(told).toMatchObject({ auts, res, requests: 2 });
  });

  it('gives up when it is out of step again', async () => {
    const { access } = network();
    await expect(attach(card([outOfStep, outOfStep]), () => access)).rejects.toMatchObject({
      code: 'AKA_SYNCHRONISATION_FAILED',
    });
  });

  it('says when the USIM does not accept the network', async () => {
    const { access } = network();
    await expect(attach(card([0x9862]), () => access)).rejects.toMatchObject({ code: 'AKA_NETWORK_REJECTED' });
  });

  it('says when no profile is enabled', async () => {
    const { told, access } = network();
    await expect(attach(card([], { profileEnabled: false }), () => access)).rejects.toMatchObject({
      code: 'NO_PROFILE_ENABLED',
    });
    expect(told.requests).toBe(0);
  });
});
