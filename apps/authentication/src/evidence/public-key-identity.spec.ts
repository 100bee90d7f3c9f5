import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { signStatement, TestIdentityCa, type TestPerson } from '@tegata/public-key-identity/testing';
import type { AuthenticationContext } from '../context.ts';
import { evidenceKindOf } from './evidence-kinds.ts';
import { openPersonCas, type PersonCaConfig } from './person-ca-folder.ts';
import { TrustFolderError } from './trust-folder.ts';

const at = new Date('2026-11-28T10:00:00Z');
const ca = TestIdentityCa.create(at);
const person: TestPerson = { name: '手形　花子', birthDate: '1990-04-01', sex: 'F', address: '東京都港区関所１－２' };
const holder = ca.issue(person, 7, at);
const binding = {
  contractId: '6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2',
  eid: '89'.padEnd(32, '0'),
  nonce: Buffer.alloc(32, 5),
};
const silent = { error: () => undefined, info: () => undefined };
const declared = { family_name: '手形', given_name: '花子', birth_date: '1990-04-01', address: '東京都港区関所1-2' };

describe('the certificate of a person as evidence', () => {
  let folder: string;
  let config: PersonCaConfig;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-person-ca-'));
    config = { personCaFolder: folder, personPolicies: '', personOcspUrl: '', personOcspTimeoutMs: 1_000 };
    writeFileSync(join(folder, 'ca.cer'), ca.parts.certificate);
    writeFileSync(join(folder, 'ca.crl'), ca.revocationList([], at));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const documentsOf = (values: Readonly<Record<string, string>> = declared, signed = binding, issued = holder) => {
    const { certificate, signature } = signStatement(issued, signed);
    return IdentityDocuments.fromPartial({
      kind: EvidenceKind.PUBLIC_KEY,
      publicKeyIdentity: {
        certificate: Buffer.from(certificate),
        signature: Buffer.from(signature),
        nonce: signed.nonce,
      },
      declaredAttributes: Object.entries(values).map(([name, value]) => ({ name, value })),
    });
  };
  const examine = async (documents = documentsOf(), expected: Uint8Array | undefined = binding.nonce) => {
    const context = { personCas: openPersonCas(config, silent), clock: () => at } as AuthenticationContext;
    return evidenceKindOf(documents).examine(context, documents, { ...binding, nonce: expected });
  };
  const reasonOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: { reason?: string }) => error.reason ?? String(error),
    );

  it('has no portrait, and attributes as the applicant writes them where the register agrees', async () => {
    const { portrait, attributes } = await examine();
    expect(portrait).toBeUndefined();
    expect(Object.fromEntries(attributes.map(({ name, value }) => [name, value]))).toEqual({
      ...declared,
      address: person.address,
    });
    expect(evidenceKindOf(documentsOf()).grade).toMatchObject({ assuranceLevel: 3 });
  });

  it.each([
    ['family_name', '関所'],
    ['given_name', '太郎'],
    ['birth_date', '1990-04-02'],
    ['address', '東京都港区関所1-3'],
    ['address', '東京都港区関所1-23'],
    ['address', 'somewhere'],
  ])('is refused when the declared %s is another', async (name, value) => {
    expect(await reasonOf(examine(documentsOf({ ...declared, [name]: value })))).toBe('DECLARED_ATTRIBUTE_DIFFERS');
  });

  it.each(['東京都港区関所1丁目2番', '東京都港区関所１－２　とりで荘201', ''])(
    'has the address of the register where another spelling of it was typed, or more, or none: %s',
    async (address) => {
      const { attributes } = await examine(documentsOf({ ...declared, address }));
      expect(attributes).toContainEqual({ name: 'address', value: person.address });
    },
  );

  it('is refused when it was signed for another nonce than the eUICC has signed, contract or eUICC', async () => {
    const refused = async (signed: typeof binding, expected?: Uint8Array) =>
      expect(await reasonOf(examine(documentsOf(declared, signed), expected))).toBe('PERSON_SIGNATURE_INVALID');
    await refused({ ...binding, nonce: Buffer.alloc(32, 6) });
    await refused({ ...binding, contractId: 'another' }, binding.nonce);
    await refused({ ...binding, eid: '89'.padEnd(32, '1') }, binding.nonce);
  });

  it('counts what the folder says at that moment', async () => {
    const cas = openPersonCas(config, silent);
    const documents = documentsOf();
    const context = { personCas: cas, clock: () => at } as AuthenticationContext;
    const outcome = () => reasonOf(Promise.resolve(evidenceKindOf(documents).examine(context, documents, binding)));
    expect(await outcome()).toBe('none');
    writeFileSync(join(folder, 'ca.crl'), ca.revocationList([7], at));
    expect(await outcome()).toBe('PERSON_CERTIFICATE_REVOKED');
  });

  describe('while files are put into the folder', () => {
    const [old, fresh] = [TestIdentityCa.create(at), TestIdentityCa.create(at)];
    const put = (name: string, octets: Uint8Array) => writeFileSync(join(folder, name), octets);
    const half = (octets: Uint8Array) => octets.subarray(0, octets.length / 2);
    /** The files of which the server has logged that they can't be used, with what counts in their place. */
    let logged: string[];
    let outcomeOf: (issued: ReturnType<TestIdentityCa['issue']>) => Promise<string>;
    beforeEach(() => {
      logged = [];
      put('ca.cer', old.parts.certificate);
      put('ca.crl', old.revocationList([8], at));
      const error = ({ file, counts }: { file?: string; counts?: string }) => {
        logged.push(file ? `${file} ${counts}` : 'folder');
      };
      const context = {
        personCas: openPersonCas(config, { error, info: () => undefined } as unknown as Parameters<
          typeof openPersonCas
        >[1]),
        clock: () => at,
      } as AuthenticationContext;
      outcomeOf = async (issued) => {
        const documents = documentsOf(declared, binding, issued);
        return reasonOf((async () => evidenceKindOf(documents).examine(context, documents, binding))());
      };
    });
    const [good, revoked] = [old.issue(person, 7, at), old.issue(person, 8, at)];

    it.each([
      ['a certificate', 'ca.cer', () => half(old.parts.certificate)],
      ['a list', 'ca.crl', () => half(old.revocationList([7], at))],
      ['a list, of somebody else,', 'ca.crl', () => fresh.revocationList([7], at)],
      ['a list without an octet', 'ca.crl', () => Buffer.of()],
    ])('%s that can not be used counts as it was, which is logged once', async (_, file, octets) => {
      put(file, octets());
      for (let time = 0; time < 2; time++) {
        expect(await outcomeOf(good)).toBe('none');
        expect(await outcomeOf(revoked)).toBe('PERSON_CERTIFICATE_REVOKED');
      }
      expect(logged).toEqual([`${file} as before`]);
    });

    it('one that never could be used does not count: nobody is believed by it, and the others are as before', async () => {
      put('new.cer', half(fresh.parts.certificate));
      put('new.crl', half(fresh.revocationList([], at)));
      expect(await outcomeOf(fresh.issue(person, 7, at))).toBe('PERSON_CERTIFICATE_ISSUER_UNKNOWN');
      expect(await outcomeOf(good)).toBe('none');
      expect(logged).toEqual(['new.cer not', 'new.crl not']);
      put('new.cer', fresh.parts.certificate);
      put('new.crl', fresh.revocationList([], at));
      expect(await outcomeOf(fresh.issue(person, 7, at))).toBe('none');
    });

    it('a CA that is removed is believed no more, whatever else is broken, its list left behind, or put back by halves', async () => {
      put('other.cer', half(fresh.parts.certificate));
      rmSync(join(folder, 'ca.cer'));
      expect(await outcomeOf(good)).toBe('PERSON_CERTIFICATE_ISSUER_UNKNOWN');
      put('ca.cer', half(old.parts.certificate));
      expect(await outcomeOf(good)).toBe('PERSON_CERTIFICATE_ISSUER_UNKNOWN');
      put('ca.cer', old.parts.certificate);
      expect(await outcomeOf(revoked)).toBe('PERSON_CERTIFICATE_REVOKED');
    });

    it('a list that is removed counts until a newer one of its CA does', async () => {
      rmSync(join(folder, 'ca.crl'));
      expect(await outcomeOf(good)).toBe('none');
      expect(await outcomeOf(revoked)).toBe('PERSON_CERTIFICATE_REVOKED');
      expect(logged).toEqual(['ca.crl as before']);
      put('another.crl', old.revocationList([], at));
      expect(await outcomeOf(revoked)).toBe('none');
    });

    it('a folder in the place of a file counts as a file that can not be read', async () => {
      rmSync(join(folder, 'ca.crl'));
      mkdirSync(join(folder, 'ca.crl'));
      expect(await outcomeOf(revoked)).toBe('PERSON_CERTIFICATE_REVOKED');
      expect(logged).toEqual(['ca.crl as before']);
    });

    it('a folder that can not be read at all lets nobody be believed until it can: what was removed is not known', async () => {
      renameSync(folder, `${folder}-away`);
      expect(await outcomeOf(good)).toBe('TRUST_FOLDER_UNREADABLE');
      renameSync(`${folder}-away`, folder);
      expect(await outcomeOf(good)).toBe('none');
      expect(logged).toEqual(['folder']);
    });
  });

  it('is not accepted by a server without CAs of persons, nor beside other evidence', async () => {
    const documents = documentsOf();
    const context = { personCas: undefined, clock: () => at } as AuthenticationContext;
    const without = Promise.resolve(evidenceKindOf(documents).examine(context, documents, binding));
    expect(await reasonOf(without)).toBe('EVIDENCE_NOT_ACCEPTED');
    expect(await reasonOf(examine({ ...documents, documentImage: Buffer.of(1) }))).toBe('DOCUMENTS_UNREADABLE');
    expect(await reasonOf(examine({ ...documents, publicKeyIdentity: undefined }))).toBe('DOCUMENTS_UNREADABLE');
    const earlierVerification = { transferStatement: Buffer.alloc(64), attributes: [] };
    expect(await reasonOf(examine({ ...documents, earlierVerification }))).toBe('DOCUMENTS_UNREADABLE');
  });

  it('needs a folder that holds CAs, which is said at the start', () => {
    expect(openPersonCas({ ...config, personCaFolder: '' }, silent)).toBeUndefined();
    const refused = (what: string) => {
      expect(() => openPersonCas(config, silent)).toThrow(TrustFolderError);
      expect(() => openPersonCas(config, silent)).toThrow(what);
    };
    writeFileSync(join(folder, 'person.cer'), holder.certificate);
    refused('not one of a CA');
    rmSync(join(folder, 'person.cer'));
    rmSync(join(folder, 'ca.cer'));
    refused('holds no certificate of a CA');
  });
});
