import { issueTlsClient, negativeTlsClients } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { admission, shownBy } from '../simulated/tls-client.ts';
import { TeSmDs } from './te-sm-ds.ts';

/** Who calls which listener, and what can be wrong with its certificate. */
const listeners = [
  { listener: 'es12', role: 'DPtls' },
  { listener: 'es15', role: 'DStls' },
] as const;
const faults = listeners.flatMap(({ listener, role }) =>
  negativeTlsClients(role).map((each) => ({ ...each, listener, name: `CERT.${role} ${each.fault}` })),
);

/** SGP.23 section 4.5, ES12, over HTTPS with mutual TLS. */
describe('TC_SM_DS_ES12', () => {
  let te: TeSmDs;
  let shown: Map<string, Awaited<ReturnType<typeof issueTlsClient>>>;

  beforeAll(async () => {
    te = await TeSmDs.start({
      async further(ci) {
        const issued = await Promise.all(faults.map(async ({ name, issue }) => [name, await issue(ci)] as const));
        const others = await Promise.all(
          (['DPauth', 'DStls', 'DPtls'] as const).map(async (role) => [role, await issueTlsClient(role, ci)] as const),
        );
        shown = new Map([...issued, ...others]);
        // What is refused is refused for its fault: it is pinned.
        const unpinned = faults.filter(({ pinned }) => !pinned).map(({ name }) => name);
        return [...shown].flatMap(([name, { certificate }]) => (unpinned.includes(name) ? [] : [certificate]));
      },
    });
  });
  afterAll(() => te.close());

  test('TC_SM_DS_ES12.RegisterEvent: nominal', async () => {
    expect(await statusOf(te.register('NOMINAL'))).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.RegisterEvent: an EventID that is registered already', async () => {
    expect(await statusOf(te.register('TWICE'))).toBe('Executed-Success');
    expect(await statusOf(te.register('TWICE'))).toBe('8.9.5/3.3');
    expect(await statusOf(te.register('TWICE', { by: 1 }))).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.DeleteEvent: nominal', async () => {
    await te.register('DELETED');
    expect(await statusOf(te.remove('DELETED'))).toBe('Executed-Success');
    expect(await statusOf(te.register('DELETED'))).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.DeleteEvent: an unknown EventID', async () => {
    expect(await statusOf(te.remove('UNKNOWN'))).toBe('8.9.5/3.9');
  });

  test('TC_SM_DS_ES12.DeleteEvent: an event of another SM-DP+', async () => {
    await te.register('OWNED');
    expect(await statusOf(te.remove('OWNED', { by: 1 }))).toBe('8.9.5/3.9');
    expect(await statusOf(te.remove('OWNED'))).toBe('Executed-Success');
  });

  describe('TC_SM_DS_ES12_TLS', () => {
    const admitted = (fault: string, listener: 'es12' | 'es15' = 'es12') => {
      const certified = shown.get(fault);
      const tls = { ca: te.roots, servername: te.address, ...(certified && shownBy(certified)) };
      return admission(te.listener(listener), `/gsma/rsp2/${listener}/deleteEvent`, tls);
    };

    test('mutual authentication: an SM-DP+ whose CERT.DPtls is pinned, in TLS 1.2 and 1.3', async () => {
      expect(await admitted('DPtls')).toEqual(['200', '200']);
    });
    test('mutual authentication: a client without a certificate is refused', async () => {
      expect(await admitted('none')).toEqual(['refused', 'refused']);
    });
    test.each(faults)('mutual authentication: $listener refuses a $name', async ({ name, listener }) => {
      expect(await admitted(name, listener)).toEqual(['refused', 'refused']);
    });
    test.each(['DPauth', 'DStls'])('mutual authentication: a CERT.%s is refused, pinned or not', async (role) => {
      expect(await admitted(role)).toEqual(['refused', 'refused']);
    });
    test('mutual authentication: ES15 takes a CERT.DStls and no CERT.DPtls', async () => {
      expect(await admitted('DStls', 'es15')).toEqual(['200', '200']);
      expect(await admitted('DPtls', 'es15')).toEqual(['refused', 'refused']);
    });
  });
});
