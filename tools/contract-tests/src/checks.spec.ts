import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { descriptors } from '@tegata/contracts';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { connect, implement } from '@tegata/service-kit';
import { type Loopback, startLoopback } from '@tegata/service-kit/testing';
import {
  type Calling,
  callerProblems,
  fieldRuleProblems,
  hostileMessageProblems,
  reflectionProblems,
} from './checks.ts';

const es9Plus = descriptors().getService('gsma.rsp.v2.Es9Plus') as DescService;
const es2Plus = descriptors().getService('gsma.rsp.v2.Es2Plus') as DescService;
const [initiateAuthentication] = es9Plus.methods as [DescService['methods'][0]];

// The suite is worth as much as the faults it finds: here it meets servers that have them.
describe('a contract check', () => {
  let loopback: Loopback;
  beforeAll(async () => {
    const fail = async () => {
      throw new Error('the handler has a fault');
    };
    loopback = await startLoopback([
      implement(Es9PlusService, {
        initiateAuthentication: fail,
        authenticateClient: fail,
        getBoundProfilePackage: fail,
        handleNotification: fail,
        cancelSession: fail,
      }),
    ]);
  });
  afterAll(() => loopback.close());
  const asTerminal = (): Calling => ({
    caller: { role: 'terminal', name: undefined },
    connection: loopback.asTerminal(),
  });

  it('finds a service that reflection does not tell', async () => {
    expect(await reflectionProblems(loopback.asTerminal(), es9Plus)).toEqual([]);
    expect(await reflectionProblems(loopback.asTerminal(), es2Plus)).toEqual(['gsma.rsp.v2.Es2Plus is not listed']);
  });

  it('finds a stranger that is let in', async () => {
    const refused = { caller: { role: 'local', name: undefined }, connection: loopback.asLocal() } as const;
    expect(await callerProblems(initiateAuthentication, [refused, asTerminal()])).toEqual([
      expect.stringMatching(/^terminal got INTERNAL/),
    ]);
  });

  it('finds a handler that fails on a good message, and on a random one', async () => {
    expect(await fieldRuleProblems(initiateAuthentication, asTerminal())).toEqual([
      expect.stringMatching(/^a message that satisfies the rules got INTERNAL/),
    ]);
    expect(await hostileMessageProblems(initiateAuthentication, asTerminal(), 200)).toEqual([
      expect.stringMatching(/got INTERNAL \(INTERNAL_ERROR/),
    ]);
  });

  it('finds a server that does not enforce the rules, rule by rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-checks-'));
    const server = new Server();
    server.addService(Es9PlusService, {
      initiateAuthentication: (_call: unknown, answer: (error: null, response: object) => void) =>
        answer(null, Es9PlusService.initiateAuthentication.responseDeserialize(Buffer.alloc(0))),
    });
    const address = `unix:${folder}/socket`;
    await new Promise((resolve) => server.bindAsync(address, ServerCredentials.createInsecure(), resolve));
    const connection = connect({ address, security: { kind: 'local' } });
    const problems = await fieldRuleProblems(initiateAuthentication, { ...asTerminal(), connection });
    expect(problems.map((problem) => problem.replace(/: got .*/, ''))).toEqual([
      'euicc_challenge, length 15',
      'euicc_challenge, length 17',
      'euicc_info1, length 2',
      'euicc_info1, length 1025',
      'smdp_address, missing',
      'smdp_address, U+0000',
      'smdp_address, length 254',
    ]);
    connection.close();
    server.forceShutdown();
    rmSync(folder, { recursive: true });
  });
});
