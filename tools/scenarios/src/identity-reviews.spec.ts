import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { adminProgram } from '@tegata/admin';
import { localSentence } from '@tegata/contracts';
import { ContractState } from '@tegata/contracts/management-v1';
import { ContractPhase, type ContractRecord } from '@tegata/contracts/terminal-v1';
import { Database } from '@tegata/database';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import { reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** The story of two applicants who resemble their portrait, but not clearly, of one of whom everything is good, and of the reviewers who look at them. */
describe('an applicant whom a person has to look at', () => {
  let network: TestNetwork;
  let pictures: string;
  const people: Person[] = [];

  beforeAll(async () => {
    // Nobody is near enough to their portrait to be accepted without a look, and no picture of a document is.
    const policy = { TEGATA_MATCH_ACCEPT: '100', TEGATA_REVIEW: 'at-once', TEGATA_DOCUMENT_IMAGES: 'review' };
    network = await TestNetwork.start({ authentication: policy });
    pictures = await renderApplicant('holder');
  }, 400_000);

  afterAll(async () => {
    for (const person of people) await person.leave();
    await network?.stop();
    if (pictures) await rm(pictures, { recursive: true, force: true });
  }, 60_000);

  /** `tegata-admin review …`, as a reviewer calls it. */
  async function review(...args: string[]): Promise<unknown> {
    let printed = '';
    const program = adminProgram((text) => {
      printed += text;
    });
    const options = ['--network', network.network.networkFile, '--json', 'review', ...args];
    await program.parseAsync(['node', 'tegata-admin', ...options]);
    return JSON.parse(printed);
  }

  /** Applies, up to where a person has to look; gives what waits then. */
  async function applied(
    reasons = 'FACE_MATCH_UNCERTAIN DOCUMENT_IMAGE_ALONE',
  ): Promise<{ person: Person; verification: string }> {
    const evidence = { framesDirectory: pictures, documentFile: `${pictures}/document.jpg` };
    const person = await Person.arrive(network, evidence);
    people.push(person);
    expect(await reasonOf(person.apply('aozora'))).toBe('UNDER_REVIEW');
    const waiting = (await review('list')) as { verification: string; reasons: string }[];
    expect(waiting).toMatchObject([{ carrier: 'aozora', reasons, claimed_by: '' }]);
    return { person, verification: waiting[0]!.verification };
  }

  it('gets certificate and profile once one of two reviewers has accepted, when they go on', async () => {
    const { person, verification } = await applied();
    // Of two who take it up at the same time one has it; the other can neither see nor decide it.
    const reviewers = ['Kensa', 'Shirabe'];
    const claims = await Promise.allSettled(reviewers.map((name) => review('show', verification, '--reviewer', name)));
    const won = claims.findIndex(({ status }) => status === 'fulfilled');
    expect(claims[1 - won]).toMatchObject({ status: 'rejected', reason: { reason: 'REVIEW_CLAIMED' } });
    expect(await review('list')).toMatchObject([{ verification, claimed_by: reviewers[won] }]);
    const guess = ['--claim', 'ab'.repeat(16), '--reason', 'mine'];
    expect(await reasonOf(review('refuse', verification, ...guess))).toBe('REVIEW_CLAIM_LOST');
    expect(await reasonOf(person.resume())).toBe('UNDER_REVIEW');

    const { value } = claims[won] as PromiseFulfilledResult<{
      claim: string;
      declared: object[];
      not_held: string;
    }>;
    expect(value.declared).toContainEqual({ name: 'family_name', value: 'Himitsuyama' });
    // What the reviewer has to look at, and nothing else.
    expect(value.not_held).toMatch(/^match\.certain 0\.\d+ \(limit 0\.1\)$/);
    const decision = ['--claim', value.claim, '--reason', 'same scar'];
    expect(await review('accept', verification, ...decision)).toEqual({ verification, state: 'VERIFIED' });
    expect(await review('list')).toEqual([]);
    expect((await outcome(person))?.phase).toBe(ContractPhase.COMPLETE);
    const shown = await person.terminal.lpa.showCertificate({ password: Person.password });
    expect(shown).toMatchObject({ evidenceClass: 'document-image', assuranceLevel: 1 });
  });

  it('hears in both languages that it was refused, and what to do', async () => {
    const { person, verification } = await applied();
    const { claim } = (await review('show', verification)) as { claim: string };
    // Two decisions at once: the first counts.
    const decide = (what: string) => review(what, verification, '--claim', claim, '--reason', 'other ears');
    const decided = await Promise.allSettled([decide('refuse'), decide('refuse')]);
    const [second] = decided.filter(({ status }) => status === 'rejected');
    expect(decided.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(second).toMatchObject({ reason: { reason: 'REVIEW_NOT_FOUND' } });

    const record = await outcome(person);
    expect([record?.phase, record?.state]).toEqual([ContractPhase.ENDED, ContractState.REFUSED]);
    const [reason] = record?.reasons ?? [];
    expect(reason?.code).toBe('REVIEW_REFUSED');
    expect(localSentence(reason!, 'en')).toMatch(/^A person compared your pictures .*Apply again/);
    expect(localSentence(reason!, 'ja_JP.UTF-8')).toMatch(/もう一度お申し込みください。$/);
    // The reviewer's own words are for the record.
    const all = JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    expect(all).not.toContain('ears');
  });

  it('waits with a picture of a document, however good, and gets the profile once it was looked at', async () => {
    // From now on a face may be like its portrait as everywhere.
    await network.network.stopServer('authentication');
    await network.network.startServer('authentication', { TEGATA_MATCH_ACCEPT: '450' });
    const { person, verification } = await applied('DOCUMENT_IMAGE_ALONE');
    const look = join(pictures, 'look');
    const shown = (await review('show', verification, '--pictures', look)) as { claim: string; not_held: string };
    expect(shown.not_held).toBe('');
    expect((await readdir(look)).sort()).toEqual(['document.jpg', 'frame-1.jpg', 'frame-2.jpg', 'frame-3.jpg']);
    expect(await readFile(join(look, 'document.jpg'))).toEqual(await readFile(join(pictures, 'document.jpg')));
    expect((await stat(join(look, 'document.jpg'))).mode & 0o077).toBe(0);
    expect(await reasonOf(person.resume())).toBe('UNDER_REVIEW');
    await review('accept', verification, '--claim', shown.claim, '--reason', 'a licence, and its holder');
    expect((await outcome(person))?.phase).toBe(ContractPhase.COMPLETE);
  });

  it('withdraws while the authentication server is down: what was handed in is gone as soon as it is up, and nobody can look at it', async () => {
    const { person, verification } = await applied('DOCUMENT_IMAGE_ALONE');
    const database = new Database({
      url: await network.databaseUrl('authentication'),
      applicationName: 'spec',
      maxConnections: 1,
    });
    try {
      const handedIn = async () => {
        const [row] = await database.query<{ state: string; octets: number; frames: number }>(
          `SELECT state::text, coalesce(length(documents), 0) + coalesce(length(reading), 0) AS octets,
             (SELECT count(*)::int FROM capture_segment s WHERE s.verification_id = v.id) AS frames
           FROM verification v WHERE id = $1::uuid`,
          [verification],
        );
        return row;
      };
      expect(await handedIn()).toMatchObject({ state: 'IN_REVIEW', frames: expect.any(Number) });
      await network.network.stopServer('authentication');
      const { contract } = await person.terminal.contracts.cancel({ contractId: '' });
      expect([contract?.phase, contract?.state]).toEqual([ContractPhase.ENDED, ContractState.CANCELLED]);
      expect((await handedIn())?.octets).toBeGreaterThan(1000);
      const [record] = (await person.terminal.contracts.list({})).contracts;
      expect([record?.phase, record?.state]).toEqual([ContractPhase.ENDED, ContractState.CANCELLED]);

      await network.network.startServer('authentication');
      for (;;) {
        const row = await handedIn();
        if (row?.state !== 'IN_REVIEW') break;
        await new Promise((again) => setTimeout(again, 250));
      }
      expect(await handedIn()).toEqual({ state: 'WITHDRAWN', octets: 0, frames: 0 });
      expect(await review('list')).toEqual([]);
      expect(await reasonOf(review('show', verification))).toBe('REVIEW_WITHDRAWN');
    } finally {
      await database.close();
    }
  });
});

/** Goes on until the carrier has heard of the decision, which it asks for from time to time. */
async function outcome(person: Person): Promise<ContractRecord | undefined> {
  for (;;) {
    try {
      return await person.resume();
    } catch (error) {
      if ((error as { reason?: string }).reason !== 'UNDER_REVIEW') throw error;
      await new Promise((again) => setTimeout(again, 250));
    }
  }
}
