import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ServerReflectionRequest, ServerReflectionService } from '@tegata/contracts/grpc-reflection-v1';
import { type Loopback, loopbackServerName, startLoopback } from './testing/index.ts';
import { contractDesk, es9Plus } from './testing/sample-services.ts';

const buf = join(dirname(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json')), 'bin/buf');

describe('reflection', () => {
  let loopback: Loopback;
  let folder: string;
  beforeAll(async () => {
    loopback = await startLoopback([es9Plus(), contractDesk({})]);
    folder = mkdtempSync(join(tmpdir(), 'tegata-reflection-'));
    writeFileSync(join(folder, 'root.crt'), loopback.pki.roots);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await loopback.close();
  });

  /** Runs `buf curl` against the server as any outsider would, who has nothing but its root certificate. */
  async function curl(path: string, ...options: string[]): Promise<string> {
    const tls = ['--cacert', join(folder, 'root.crt'), '--servername', loopbackServerName];
    const url = `https://${loopback.addresses.tls}${path}`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      buf,
      'curl',
      '--protocol',
      'grpc',
      ...tls,
      ...options,
      url,
    ]);
    return stdout;
  }

  it('lets an outsider list all methods', async () => {
    const methods = (await curl('', '--list-methods')).trim().split('\n');
    expect(methods).toContain('gsma.rsp.v2.Es9Plus/InitiateAuthentication');
    expect(methods).toContain('tegata.management.v1.ContractDesk/WatchContract');
    expect(methods).toContain('grpc.health.v1.Health/Check');
    expect(methods.some((method) => method.startsWith('gsma.rsp.v2.Es2Plus'))).toBe(false);
  });

  it.each(['grpc-v1', 'grpc-v1alpha'])(
    'lets an outsider call a method (%s), and shows a refusal with its details',
    async (protocol) => {
      const reflect = ['--reflect-protocol', protocol];
      const challenge = Buffer.alloc(16, 1).toString('base64');
      const request = { euiccChallenge: challenge, euiccInfo1: 'vyAA', smdpAddress: 'rsp.aozora.example' };
      const path = '/gsma.rsp.v2.Es9Plus/InitiateAuthentication';
      expect(JSON.parse(await curl(path, ...reflect, '-d', JSON.stringify(request)))).toEqual({
        transactionId: challenge,
      });
      const refused = curl(path, ...reflect, '-d', JSON.stringify({ ...request, euiccChallenge: 'AAAA' }));
      await expect(refused).rejects.toMatchObject({
        stderr: expect.stringContaining('euicc_challenge must have 16 octets'),
      });
      await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('google.rpc.BadRequest') });
    },
  );

  it('answers what other clients ask: files, symbols, extensions, and what it does not have', async () => {
    const ask = async (messageRequest: ServerReflectionRequest['messageRequest']) => {
      const client = loopback.asTerminal().client(ServerReflectionService);
      const answers = client.serverReflectionInfo([ServerReflectionRequest.create({ messageRequest })]);
      return (await answers.next()).value?.messageResponse;
    };
    const files = await ask({ $case: 'fileByFilename', value: 'gsma/rsp/v2/es9plus.proto' });
    expect(files).toMatchObject({ value: { fileDescriptorProto: expect.any(Array) } });
    expect(await ask({ $case: 'fileContainingSymbol', value: 'gsma.rsp.v2.Es9Plus.CancelSession' })).toEqual(files);
    const rules = { containingType: 'google.protobuf.FieldOptions', extensionNumber: 90001 };
    expect(await ask({ $case: 'fileContainingExtension', value: rules })).toMatchObject({
      $case: 'fileDescriptorResponse',
    });
    expect(await ask({ $case: 'allExtensionNumbersOfType', value: 'google.protobuf.FieldOptions' })).toMatchObject({
      value: { extensionNumber: [90001] },
    });
    for (const nothing of ['gsma', 'x.Y', '']) {
      expect(await ask({ $case: 'fileContainingSymbol', value: nothing })).toMatchObject({ $case: 'errorResponse' });
    }
    expect(await ask(undefined)).toMatchObject({ $case: 'errorResponse' });
  });
});
