import { describeMethod } from '@tegata/contracts';
import fc from 'fast-check';
import { describeWithVectors, recordedSession } from '../testing/recorded-session.ts';
import { es2plusOperator } from './download-progress.ts';
import { es2plus } from './es2plus.ts';
import { es9plus } from './es9plus.ts';
import { es11 } from './es11.ts';
import { es12, es15 } from './es12.ts';
import { base64, iccid, integer, text, time, transactionId } from './forms.ts';
import { isJsonObject, type JsonObject, type JsonValue, MemberError } from './json.ts';
import { readMembers, writeMembers } from './members.ts';
import { pathOf, type RspFunction, type RspInterface } from './rsp-function.ts';

const interfaces: readonly RspInterface[] = [es9plus, es11, es2plus, es12, es15, es2plusOperator];
const functions = interfaces.flatMap((each) =>
  Object.entries(each.functions).map(([name, rspFunction]) => [pathOf(each, name), rspFunction] as const),
);

/** Fields of a message, a oneof counting as one. */
function fieldsOf(type: ReturnType<typeof describeMethod>['input']): string[] {
  return [...new Set(type.fields.map((field) => (field.oneof ?? field).localName))].sort();
}

const declared = (members: RspFunction['request']) => members.map(({ field }) => field.toLowerCase()).sort();
const lower = (names: string[]) => names.map((name) => name.toLowerCase()).sort();

describe('the JSON binding', () => {
  it('has the functions of SGP.22 section 6.5.2 under their paths', () => {
    expect(functions.map(([path]) => path)).toEqual([
      '/gsma/rsp2/es9plus/initiateAuthentication',
      '/gsma/rsp2/es9plus/authenticateClient',
      '/gsma/rsp2/es9plus/getBoundProfilePackage',
      '/gsma/rsp2/es9plus/handleNotification',
      '/gsma/rsp2/es9plus/cancelSession',
      '/gsma/rsp2/es11/initiateAuthentication',
      '/gsma/rsp2/es11/authenticateClient',
      '/gsma/rsp2/es2plus/downloadOrder',
      '/gsma/rsp2/es2plus/confirmOrder',
      '/gsma/rsp2/es2plus/cancelOrder',
      '/gsma/rsp2/es2plus/releaseProfile',
      '/gsma/rsp2/es12/registerEvent',
      '/gsma/rsp2/es12/deleteEvent',
      '/gsma/rsp2/es15/registerEvent',
      '/gsma/rsp2/es15/deleteEvent',
      '/gsma/rsp2/es2plus/handleDownloadProgressInfo',
    ]);
  });

  it.each(functions.filter(([, { method }]) => method))('carries every field of %s', (_path, rspFunction) => {
    const { input, output } = describeMethod(rspFunction.method?.path ?? '');
    expect(declared(rspFunction.request)).toEqual(lower(fieldsOf(input)));
    expect(declared(rspFunction.answer ?? [])).toEqual(lower(fieldsOf(output)));
  });

  it('reads an order by ICCID, by type, or by ICCID with its type as a check', () => {
    const { request } = es2plus.functions.downloadOrder;
    expect(readMembers(request, { iccid: '8981001000000000010F' })).toEqual({
      eid: '',
      profile: { $case: 'iccid', value: '8981001000000000010' },
      expectedProfileType: '',
    });
    const ofType = { $case: 'profileType', value: 'usim' } as const;
    const order = { eid: '0'.repeat(32), profile: ofType, expectedProfileType: '' };
    expect(writeMembers(request, order)).toEqual({ eid: order.eid, profileType: 'usim' });
    expect(() => readMembers(request, {})).toThrow(/^iccid is missing: one of iccid, profileType$/);
    const both = { iccid: '8981001000000000010', profileType: 'usim' };
    const checked = { profile: { $case: 'iccid', value: both.iccid }, expectedProfileType: 'usim' };
    expect(readMembers(request, both)).toEqual({ eid: '', ...checked });
    expect(writeMembers(request, readMembers(request, both))).toEqual(both);
  });

  it('takes a matchingId that is empty for a default order, and one that is left out for none', () => {
    const { request } = es2plus.functions.confirmOrder;
    const order = { iccid: '8981001000000000010', releaseFlag: true };
    expect(readMembers(request, { ...order, matchingId: '' })).toMatchObject({ matchingId: '', defaultOrder: true });
    expect(readMembers(request, order)).toMatchObject({ matchingId: '', defaultOrder: false });
    expect(writeMembers(request, readMembers(request, { ...order, matchingId: '' }))).toEqual({
      ...order,
      matchingId: '',
    });
  });

  it('leaves out of an answer what is not there', () => {
    const { answer } = es2plus.functions.confirmOrder;
    expect(writeMembers(answer ?? [], { eid: '', matchingId: 'A', smdpAddress: '' })).toEqual({ matchingId: 'A' });
  });

  it('names the member that is wrong, not its value', () => {
    const { request } = es2plusOperator.functions.handleDownloadProgressInfo;
    const info = {
      eid: '0'.repeat(32),
      iccid: '8981001000000000010',
      profileType: 'usim',
      timestamp: '2026-03-01T09:30:47Z',
      notificationPointId: 4,
      notificationPointStatus: { status: 'Done' },
    };
    expect(() => readMembers(request, info)).toThrow(
      'notificationPointStatus.status must be one of Executed-Success, Executed-WithWarning, Failed, Expired',
    );
    expect(() => readMembers(request, { ...info, notificationPointStatus: {} })).toThrow(
      expect.objectContaining({ fault: 'missing', member: 'notificationPointStatus.status' }),
    );
  });
});

describe('a form', () => {
  const jsonValues = fc.jsonValue() as fc.Arbitrary<JsonValue>;

  it.each(functions)('of the request of %s reads what it wrote, and refuses the rest by name', (_path, { request }) => {
    const names = request.flatMap((member) => member.names);
    const objects = fc.oneof(
      fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), jsonValues),
      jsonValues.filter(isJsonObject),
    );
    fc.assert(
      fc.property(objects as fc.Arbitrary<JsonObject>, (object) => {
        let message: object;
        try {
          message = readMembers(request, object);
        } catch (error) {
          expect(error).toBeInstanceOf(MemberError);
          return;
        }
        expect(readMembers(request, writeMembers(request, message))).toEqual(message);
      }),
    );
  });

  it('of octets is the one canonical base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(base64.read(base64.write(Buffer.from(octets)), 'x')).toEqual(Buffer.from(octets));
      }),
    );
    for (const wrong of ['AB==', 'AAA', 'AA\n==', 'AA-_', ' AAAA', 'AAAA=', '*', 7, null, ['AAAA']]) {
      expect(() => base64.read(wrong, 'x')).toThrow(MemberError);
    }
  });

  it('of a transactionId is written in upper case and read in either', () => {
    expect(transactionId.write(Buffer.from('ab01', 'hex'))).toBe('AB01');
    expect(transactionId.read('aB01', 'x')).toEqual(Buffer.from('ab01', 'hex'));
    for (const wrong of ['', 'A', 'ABC', 'XY', '0x01', 'AA'.repeat(17), 1]) {
      expect(() => transactionId.read(wrong, 'x')).toThrow(MemberError);
    }
  });

  it('of an ICCID leaves off the F that pads it', () => {
    expect(iccid.read('8981001000000000010F', 'x')).toBe('8981001000000000010');
    expect(iccid.read('898100100000000001', 'x')).toBe('898100100000000001');
    for (const wrong of ['', '89', '898100100000000001F', '89810010000000000100F', '8981001000000000010FF']) {
      expect(() => iccid.read(wrong, 'x')).toThrow(MemberError);
    }
  });

  it('of a time has its zone', () => {
    expect(time.write(new Date('2026-03-01T09:30:47.9Z'))).toBe('2026-03-01T09:30:47Z');
    expect(time.read('2026-03-01T18:30:47+09:00', 'x')).toEqual(new Date('2026-03-01T09:30:47Z'));
    for (const wrong of ['2026-03-01', '2026-03-01T09:30:47', '2026-13-01T00:00:00Z', '2026-03-01T24:00:00Z', 0]) {
      expect(() => time.read(wrong, 'x')).toThrow(MemberError);
    }
  });

  it('takes nothing of another type', () => {
    expect(() => text.read(1, 'x')).toThrow('x must be a text');
    expect(() => integer(0, 4).read(4.5, 'x')).toThrow('x must be a whole number from 0 to 4');
    expect(() => integer(0, 4).read(5, 'x')).toThrow(MemberError);
  });
});

describeWithVectors('a recorded download', () => {
  const session = recordedSession();
  const byName: Readonly<Record<string, RspFunction>> = es9plus.functions;

  it.each(Object.keys(session))('has the members of %s, and no other', (name) => {
    const { request, response } = session[name] as (typeof session)[string];
    const rspFunction = byName[name] as RspFunction;
    expect(writeMembers(rspFunction.request, readMembers(rspFunction.request, request))).toEqual(request);
    if (rspFunction.answer === undefined) {
      expect(response).toBeNull();
      return;
    }
    const { header, ...answer } = response as JsonObject;
    expect(header).toEqual({ functionExecutionStatus: { status: 'Executed-Success' } });
    expect(writeMembers(rspFunction.answer, readMembers(rspFunction.answer, answer))).toEqual(answer);
  });
});
