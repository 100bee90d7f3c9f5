import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { CancelSessionReason, ErrorReason } from '@tegata/rsp';
import { eid } from '@tegata/x509/testing';
import fc from 'fast-check';
import { cancelOrder } from '../es2plus/cancel-order.ts';
import { confirmReserved } from '../es2plus/confirm-order.ts';
import { downloadOrder } from '../es2plus/download-order.ts';
import { releaseProfile } from '../es2plus/release-profile.ts';
import { expireOrders } from '../es9plus/end-order.ts';
import { sessionKeeper } from '../es9plus/rsp-session.ts';
import { codesOf, Downloads, newOneTimeKey, type Offer, otherEid } from '../testing/downloads.ts';
import { type Call, OrderModel } from '../testing/order-model.ts';
import { storeStock } from '../testing/stock.ts';

const eids = [eid, otherEid] as const;
const codes = ['', '', '1234'] as const;
const names = ['X', 'Y', null] as const;
const minute = 60_000;
const profile = fc.nat(1);
const which = fc.nat(99);
const maybeEid = fc.constantFrom('', '', '', ...eids);

const confirmation = fc.record({
  kind: fc.constant('confirm' as const),
  profile,
  eid: maybeEid,
  matchingId: fc.constantFrom(...names),
  code: fc.constantFrom(...codes),
  confirmationTries: fc.integer({ min: 1, max: 2 }),
  downloadTries: fc.integer({ min: 1, max: 4 }),
  lifetimeMs: fc.constantFrom(null, null, 8 * minute),
  release: fc.boolean(),
});

/** What happens next. Sessions are numbered when it is known how many there are. */
const step = fc.oneof(
  // What brings an order on, whatever its state: without it few stories come far.
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant('onward' as const),
      profile,
      confirmation,
      eid: fc.constantFrom(...eids),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('order' as const), profile, eid: maybeEid }) },
  { weight: 4, arbitrary: confirmation },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), profile }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cancelOrder' as const),
      profile,
      available: fc.integer({ max: 4, min: 0 }).map((n) => n > 0),
      eid: maybeEid,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('authenticate' as const),
      eid: fc.constantFrom(...eids),
      matchingId: fc.constantFrom<string>('X', 'Y', '', 'NOBODY'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      which,
      code: fc.constantFrom<string | undefined>(undefined, '1234', '1234', '0000'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancelSession' as const), which, postponed: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('result' as const),
      which,
      outcome: fc.constantFrom('success' as const, 'passing' as const, 'final' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('upkeep' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The call that its profile waits for. */
function onward(
  { profile, confirmation, eid }: Step & { kind: 'onward' },
  model: OrderModel,
): Exclude<Step, { kind: 'onward' }> {
  const { state, matchingId, eid: bound } = model.profiles[profile] ?? {};
  const sessions = [...model.sessions.values()];
  const which = sessions.findLastIndex((session) => session.profile === profile && !session.ended);
  const waits = which >= 0;
  switch (state) {
    case 'AVAILABLE':
      return { kind: 'order', profile, eid: confirmation.eid };
    case 'ALLOCATED':
    case 'LINKED':
      return { ...confirmation, profile };
    case 'CONFIRMED':
      return { kind: 'release', profile };
    case 'DOWNLOADED':
      return { kind: 'result', which: sessions.filter(({ bound }) => bound).length - 1, outcome: 'success' };
    case 'RELEASED':
      if (waits) return { kind: 'deliver', which, code: model.codes[profile] };
      return { kind: 'authenticate', eid: bound === otherEid ? otherEid : eid, matchingId: matchingId ?? '' };
    default:
      return { kind: 'cancelOrder', profile, available: true, eid: '' };
  }
}

/** The same calls to the handlers, on Postgres. */
class Story {
  readonly #downloads: Downloads;
  readonly #iccids: readonly string[];
  readonly #offers = new Map<number, Offer>();
  readonly #results = new Map<number, Buffer>();
  #sessions = 0;

  constructor(downloads: Downloads, iccids: readonly string[]) {
    this.#downloads = downloads;
    this.#iccids = iccids;
  }

  /** A step as a call; nothing where it is about a session and there is none to be had. */
  callOf(step: Step, model: OrderModel): Call | undefined {
    if (step.kind === 'onward') return this.callOf(onward(step, model), model);
    if (step.kind === 'authenticate') return { ...step, session: this.#sessions++ };
    if (!('which' in step)) return step;
    // An eUICC has a result only of a package it got.
    const fit = [...model.sessions].filter(([, { bound }]) => step.kind !== 'result' || bound);
    const [session] = fit[step.which % fit.length] ?? [];
    return session === undefined ? undefined : { ...step, session };
  }

  async make(call: Call): Promise<string> {
    const { context } = this.#downloads.test;
    switch (call.kind) {
      case 'order': {
        const profile = { $case: 'iccid' as const, value: this.#iccid(call.profile) };
        return codesOf(downloadOrder(context, { eid: call.eid, profile }));
      }
      case 'confirm': {
        const { code, lifetimeMs, ...confirmation } = call;
        const expiresAt = lifetimeMs === null ? undefined : new Date(context.clock().getTime() + lifetimeMs);
        return codesOf(
          confirmReserved(context.database, context.vault, {
            ...confirmation,
            iccid: this.#iccid(call.profile),
            eventId: null,
            smdsAddress: '',
            confirmationCode: code,
            expiresAt,
          }),
        );
      }
      case 'release':
        return codesOf(releaseProfile(context, { iccid: this.#iccid(call.profile) }));
      case 'cancelOrder': {
        const { AVAILABLE, UNAVAILABLE } = FinalProfileStatusIndicator;
        const finalProfileStatusIndicator = call.available ? AVAILABLE : UNAVAILABLE;
        const iccid = this.#iccid(call.profile);
        return codesOf(cancelOrder(context, { iccid, eid: call.eid, matchingId: '', finalProfileStatusIndicator }));
      }
      case 'authenticate': {
        const { euicc, other } = this.#downloads;
        const offered = this.#downloads.begin(call.eid === eid ? euicc : other, call.matchingId);
        return codesOf(offered.then((offer) => this.#offers.set(call.session, offer)));
      }
      case 'deliver':
        return codesOf(this.#downloads.deliver(this.#offer(call.session), newOneTimeKey(), call.code));
      case 'cancelSession': {
        const { postponed, endUserRejection } = CancelSessionReason;
        const reason = call.postponed ? postponed : endUserRejection;
        return codesOf(this.#downloads.cancel(this.#offer(call.session), reason));
      }
      case 'result':
        return codesOf(this.#report(call.session, call.outcome));
      case 'upkeep':
        await expireOrders(context);
        await sessionKeeper(context)();
        return 'accepted';
    }
  }

  /** A result, and twice for good: an eUICC repeats it until it hears 204. Another eUICC's changes nothing. */
  async #report(session: number, outcome: 'success' | 'passing' | 'final'): Promise<void> {
    const offer = this.#offer(session);
    const { euicc, other } = this.#downloads;
    const { transactionId } = offer;
    const row = await this.#downloads.sessionOf(transactionId);
    const iccid = row.iccid ?? '';
    const reason = {
      success: undefined,
      passing: ErrorReason.installFailedDueToInterruption,
      final: ErrorReason.installFailedDueToPEProcessingError,
    }[outcome];
    const foreign = { ...offer, euicc: offer.euicc === euicc ? other : euicc };
    await this.#downloads.report(this.#downloads.resultOf(foreign, iccid));
    const result = this.#downloads.resultOf(offer, iccid, reason);
    const before = this.#results.get(session);
    await this.#downloads.report(result);
    if (before) await this.#downloads.report(before);
    this.#results.set(session, result);
  }

  /** What the database tells of what the model tells. */
  async seen() {
    const { prisma, clock } = this.#downloads.test.context;
    const [rows, sessions] = await Promise.all([
      prisma.profile.findMany({ where: { iccid: { in: [...this.#iccids] } } }),
      prisma.rspSession.findMany({ where: { state: { in: ['AUTHENTICATED', 'BOUND'] }, expiresAt: { gt: clock() } } }),
    ]);
    const profiles = this.#iccids.map((iccid) => {
      const row = rows.find((each) => each.iccid === iccid);
      return {
        state: row?.state,
        errorReason: row?.errorReason,
        eid: row?.eid,
        matchingId: row?.matchingId,
        defaultOrder: row?.defaultOrder,
        orderedAt: row?.orderedAt?.getTime() ?? null,
        expiresAt: row?.expiresAt?.getTime() ?? null,
        confirmationTriesLeft: row?.confirmationTriesLeft,
        downloadTriesLeft: row?.downloadTriesLeft,
      };
    });
    const isOpen = ({ transactionId }: Offer) => sessions.some((row) => transactionId.equals(row.transactionId));
    const open = [...this.#offers].filter(([, offer]) => isOpen(offer)).map(([number]) => number);
    return { profiles, open: open.sort((a, b) => a - b) };
  }

  #iccid = (index: number) => this.#iccids[index] ?? '';

  #offer(session: number): Offer {
    const offer = this.#offers.get(session);
    if (!offer) throw new RangeError(`no session ${session}`);
    return offer;
  }
}

const toldBy = (model: OrderModel) => ({
  profiles: model.profiles,
  open: [...model.sessions]
    .filter(([, { ended, expiresAt }]) => !ended && expiresAt > model.now)
    .map(([number]) => number)
    .sort((a, b) => a - b),
});

describe('any story of two orders and two eUICCs', () => {
  let downloads: Downloads;
  let iccids: string[];

  beforeAll(async () => {
    downloads = await Downloads.create();
    iccids = [...(await storeStock(downloads.test.context, 2))];
  });
  afterAll(() => downloads.close());

  /** Both profiles in stock, as if nothing had ever happened. */
  async function clear(): Promise<OrderModel> {
    const { database, prisma, config } = downloads.test.context;
    await database.change(`
      UPDATE profile SET state = 'AVAILABLE', error_reason = NULL, eid = NULL, matching_id = NULL, default_order = false,
        confirmation_code_hash = NULL, ordered_at = NULL, expires_at = NULL, confirmation_tries_left = 3, download_tries_left = 10`);
    await prisma.rspSession.deleteMany();
    const model = new OrderModel(2, config.rspSessionLifetimeMs);
    model.now = downloads.test.time.now.getTime();
    return model;
  }

  function passTime(model: OrderModel, minutes: number): void {
    downloads.later(minutes * minute);
    model.now = downloads.test.time.now.getTime();
  }

  // The same stories each time; other ones with TEGATA_STORIES and TEGATA_STORY_SEED.
  const runs = {
    numRuns: Number(process.env.TEGATA_STORIES ?? 6),
    seed: Number(process.env.TEGATA_STORY_SEED ?? 22),
    // A race is not the same a second time: a shorter story would tell another one.
    endOnFailure: true,
  };

  const pass = fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 9 }) });
  const race = fc.record({ kind: fc.constant('race' as const), one: step, other: step });
  const lengths = { minLength: 25, maxLength: 40, size: 'max' as const };

  it('goes as SGP.22 has it: each call is answered, and changes what it has to change', async () => {
    const steps = fc.array(fc.oneof({ weight: 14, arbitrary: step }, { weight: 1, arbitrary: pass }), lengths);
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const model = await clear();
        const story = new Story(downloads, iccids);
        for (const each of all) {
          if (each.kind === 'pass') {
            passTime(model, each.minutes);
            continue;
          }
          const call = story.callOf(each, model);
          if (!call) continue;
          expect({ call, answer: await story.make(call) }).toEqual({ call, answer: model.take(call) });
          expect({ after: call, ...(await story.seen()) }).toEqual({ after: call, ...toldBy(model) });
        }
      }),
      runs,
    );
  });

  it('goes, where two calls race, as if one had come after the other', async () => {
    const steps = fc.array(
      fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: pass }, { weight: 6, arbitrary: race }),
      lengths,
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        let model = await clear();
        const story = new Story(downloads, iccids);
        for (const each of all) {
          if (each.kind === 'pass') {
            passTime(model, each.minutes);
            continue;
          }
          const steps = each.kind === 'race' ? [each.one, each.other] : [each];
          const calls = steps.flatMap((one) => story.callOf(one, model) ?? []);
          // A try is taken before a code is looked at, and given back after it: of two codes at once one may find none left.
          if (calls.filter(({ kind }) => kind === 'deliver').length > 1) continue;
          const answers = await Promise.all(calls.map((call) => story.make(call)));
          const seen = { calls, answers, ...(await story.seen()) };
          const ways = [calls, [...calls].reverse()].map((inOrder) => {
            const after = model.copy();
            const answerOf = new Map(inOrder.map((call) => [call, after.take(call)]));
            return { after, told: { calls, answers: calls.map((call) => answerOf.get(call)), ...toldBy(after) } };
          });
          const [way] = ways.filter(({ told }) => JSON.stringify(told) === JSON.stringify(seen));
          if (!way) expect([seen]).toEqual(ways.map(({ told }) => told));
          else model = way.after;
        }
      }),
      runs,
    );
  });
});
