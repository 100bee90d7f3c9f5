import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SampleApplicant } from '@tegata/sample-applicant';
import { renderedApplicant, renderedPhotograph } from '@tegata/sample-applicant/testing';
import {
  missingOfChromium,
  pageWithCamera,
  type ShownToCamera,
  showToCamera,
  startChromium,
} from '@tegata/terminal/capture-testing';
import { TestNetwork } from './testing/test-network.ts';

const tegata = resolve(import.meta.dirname, '../../../apps/terminal/bin/tegata.mjs');
const reason = missingOfChromium();
const describeInBrowser = reason === undefined ? describe : describe.skip;

/** The story of one application: a browser with a camera, `tegata contract apply --camera page` beside it, and the servers. */
describeInBrowser(
  `an application through the capture page${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let network: TestNetwork;
    let holder: SampleApplicant;
    let photograph: SampleApplicant['captures'];
    let folder: string;
    let browser: Awaited<ReturnType<typeof startChromium>>;
    let page: Awaited<ReturnType<typeof pageWithCamera>>;
    let apply: ChildProcess | undefined;
    let ended: Promise<unknown[]>;
    let printed: Promise<string>;
    let link: string;

    beforeAll(async () => {
      // A busy machine is slower than any person.
      const patient = { TEGATA_PROMPT_LIFETIME_MS: '600000', TEGATA_CAPTURE_LIFETIME_MS: '900000' };
      network = await TestNetwork.start({ authentication: patient });
      holder = await renderedApplicant('holder');
      photograph = await renderedPhotograph();
      folder = await mkdtemp(join(tmpdir(), 'tegata-capture-page-'));
      await writeFile(join(folder, 'password'), 'a password for tests');
      browser = await startChromium();
      await promisify(execFile)(process.execPath, [tegata, ...settings(), 'local-auth', 'register']);
    }, 400_000);

    afterAll(async () => {
      apply?.kill('SIGKILL');
      await browser?.close();
      await network?.stop();
      if (folder) await rm(folder, { recursive: true, force: true });
    }, 60_000);

    const settings = () => [
      ...['--state', join(folder, 'state'), '--network', network.network.networkFile],
      ...['--password-file', join(folder, 'password'), '--json'],
    ];
    const button = (name: string) => page.getByRole('button', { name }).click();

    it('begins with the link that the command tells, and a picture of the document', async () => {
      const { familyName, givenName, birthDate } = holder.identity;
      const named = [
        ...['--family-name', familyName, '--given-name', givenName],
        ...['--birth-date', birthDate, '--address', 'Utopia'],
      ];
      const command = [tegata, ...settings(), 'contract', 'apply', '--carrier', 'aozora', '--camera', 'page', ...named];
      const env = { ...process.env, TEGATA_CAPTURE_PACE: '0,100,0' };
      apply = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], env });
      ended = once(apply, 'close');
      printed = collected(apply.stdout);
      link = await found(apply.stderr, /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+/);

      page = await pageWithCamera(browser, { ...before(holder), captures: photograph }, { locale: 'en-GB' });
      await page.goto(link);
      await button('Take the picture');
      await page.getByRole('button', { name: 'Begin' }).waitFor();
    });

    it('gets nobody through who holds a photograph before the camera, and says so in the page', async () => {
      await button('Begin');
      await page.getByText('2 tries are left.', { exact: true }).waitFor();
      const why = await page.getByRole('region', { name: 'That did not do yet' }).innerText();
      expect(why).toMatch(/A motion was not shown|flat/);
    });

    it('gets the person through, in the same page, and ends with an enabled profile', async () => {
      await showToCamera(page, before(holder));
      await button('Begin');
      await page.getByRole('heading', { name: 'Done' }).waitFor();
      expect(await ended).toEqual([0, null]);
      const { contract } = JSON.parse(await printed) as { contract: { phase: string } };
      expect(contract.phase).toBe('COMPLETE');
      // The page has gone with the application, and its link opens nothing any more.
      await expect(fetch(link)).rejects.toThrow();
    });
  },
);

/** What the camera sees of a person. */
function before({ document, captures, lit }: SampleApplicant): ShownToCamera {
  return { document, captures, lit };
}

async function collected(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const part of stream ?? []) text += part.toString();
  return text;
}

/** Reads until something is there; what is said then is read on and dropped. */
function found(stream: NodeJS.ReadableStream | null, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream?.on('data', (part: Buffer) => {
      text += part.toString();
      const [match] = wanted.exec(text) ?? [];
      if (match !== undefined) resolve(match);
    });
    stream?.on('end', () => reject(new Error(`never found: ${text}`)));
  });
}
