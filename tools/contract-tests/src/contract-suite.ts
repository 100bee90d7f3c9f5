import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { callers, describeServices, methodPath } from '@tegata/contracts';
import { type Caller, type ConnectionOptions, callerLabel, connect } from '@tegata/service-kit';
import {
  type Calling,
  callerProblems,
  fieldRuleProblems,
  hostileMessageProblems,
  reflectionProblems,
} from './checks.ts';

/** A server that runs, as the suite meets it. */
export interface ContractSubject {
  /**
   * How this caller reaches the server: address, trust and, with mutual TLS, a certificate that names the caller.
   * Undefined when the server has no listener for callers of its kind, which is as good as a refusal.
   */
  reach(caller: Caller): Promise<ConnectionOptions | undefined>;
  /** Stops it. */
  stop(): Promise<void>;
}

/** What is tested. */
export interface ContractSuiteOptions {
  /** Name of the server, for the names of the tests; `aozora`, `relay`. */
  readonly name: string;
  /** Full names of the services it must have. */
  readonly services: readonly string[];
  /** Starts it with a state of its own: the suite calls everything, with anything. */
  readonly start: () => Promise<ContractSubject>;
  /** Name of the operators it serves. */
  readonly operatorName?: string;
  /** Hostile messages per method. */
  readonly runs?: number;
}

/**
 * Declares the contract tests of one server, for every method of its services, from the descriptors alone: reachable by
 * reflection, in the table of callers, closed to strangers, strict about field rules, and sound under hostile messages.
 */
export function contractSuite({ name, services, start, operatorName, runs = 60 }: ContractSuiteOptions): void {
  describe(`the contracts of ${name}`, () => {
    let subject: ContractSubject;
    const reached = new Map<string, Calling>();

    beforeAll(async () => {
      subject = await start();
      for (const caller of everyCaller(operatorName)) {
        const options = await subject.reach(caller);
        // One try: what the first answer is, is the point.
        const retry = { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 };
        if (options) reached.set(callerLabel(caller), { caller, connection: connect({ ...options, retry }) });
      }
    });
    afterAll(async () => {
      for (const { connection } of reached.values()) connection.close();
      await subject?.stop();
    });

    const callingAs = (method: DescMethod): Calling => {
      const calling = [...reached.values()].find(({ caller }) => isAllowed(method, caller, operatorName));
      if (calling === undefined) throw new Error(`nobody reaches ${methodPath(method)} of ${name}`);
      return calling;
    };

    describe.each(services.map((service) => [service, describeService(service)] as const))('%s', (_name, service) => {
      it('is told by reflection', async () => {
        const [method] = service.methods;
        if (method) expect(await reflectionProblems(callingAs(method).connection, service)).toEqual([]);
      });

      describe.each(service.methods.map((method) => [method.name, method] as const))('%s', (_method, method) => {
        it('is in the table of callers', () => {
          expect(callers[methodPath(method)]?.length).toBeGreaterThan(0);
        });

        it('refuses callers that the table does not have', async () => {
          const strangers = [...reached.values()].filter(({ caller }) => !isAllowed(method, caller, operatorName));
          expect(await callerProblems(method, strangers)).toEqual([]);
        });

        it('refuses each violated field rule and names the field', async () => {
          expect(await fieldRuleProblems(method, callingAs(method))).toEqual([]);
        });

        it('answers random and mutated messages with a proper status', async () => {
          expect(await hostileMessageProblems(method, callingAs(method), runs)).toEqual([]);
        });
      });
    });
  });
}

function describeService(name: string): DescService {
  const service = describeServices().find(({ typeName }) => typeName === name);
  if (service === undefined) throw new Error(`the contracts have no service ${name}`);
  return service;
}

/** One caller of each kind; of operators one that is served and one that is not. */
function everyCaller(operatorName: string | undefined): Caller[] {
  return [
    { role: 'terminal', name: undefined },
    { role: 'local', name: undefined },
    { role: 'management', name: 'aozora' },
    { role: 'authentication', name: undefined },
    { role: 'relay', name: undefined },
    { role: 'operator', name: operatorName ?? 'aozora' },
    { role: 'operator', name: operatorName === 'relay' ? 'authentication' : 'relay' },
  ];
}

/** Whether a server must take this caller: its role is in the table of callers, and an operator is its own. */
function isAllowed(method: DescMethod, { role, name }: Caller, operatorName: string | undefined): boolean {
  return (callers[methodPath(method)] ?? []).includes(role) && (role !== 'operator' || name === operatorName);
}
