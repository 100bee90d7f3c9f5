import { callers, roles } from './callers.ts';
import { describeMethod, describeServices, methodPath } from './descriptors.ts';

describe('the table of callers', () => {
  it('has every method of every service, and no other', () => {
    const methods = describeServices().flatMap((service) => service.methods.map(methodPath));
    expect(Object.keys(callers).sort()).toEqual(methods.sort());
  });

  it('lets someone call each method, and knows the roles', () => {
    for (const [method, allowed] of Object.entries(callers)) {
      expect([method, allowed.length > 0]).toEqual([method, true]);
      expect([method, allowed.filter((role) => !roles.includes(role))]).toEqual([method, []]);
    }
  });

  it('lets nobody but the user of the terminal reach the eUICC', () => {
    for (const [method, allowed] of Object.entries(callers)) {
      if (/^\/(gsma\.rsp\.v2\.(Es10|Apdu)|tegata\.(euicc|terminal)\.)/.test(method)) expect(allowed).toEqual(['local']);
    }
  });

  it('is read by paths as they travel', () => {
    expect(describeMethod('/gsma.rsp.v2.Es9Plus/CancelSession').input.typeName).toBe(
      'gsma.rsp.v2.CancelSessionRequest',
    );
    expect(() => describeMethod('/gsma.rsp.v2.Es9Plus/Nothing')).toThrow('no method');
  });
});
