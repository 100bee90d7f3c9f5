import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { issueChip, type TestCountry, testCountry, testRevocationList } from '@tegata/emrtd/testing';
import { certificatePem } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';
import { type CscaConfig, openCscas } from './csca-folder.ts';
import { evidenceKindOf } from './evidence-kinds.ts';
import { TrustFolderError } from './trust-folder.ts';

const at = new Date('2026-11-28T00:00:00Z');

describe('a folder of country signing CAs', () => {
  let folder: string;
  let config: CscaConfig;
  /** What the server has logged: a file that can't be used, or does not say what counts, and what counts in its place. */
  let logged: string[];
  const [one, other] = [testCountry(), testCountry()];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-csca-'));
    config = { cscaFolder: folder, cscaRevocation: 'known' };
    logged = [];
    put('one.cer', one.csca);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: Uint8Array | string) => writeFileSync(join(folder, name), content);
  const remove = (name: string) => rmSync(join(folder, name));
  const half = (octets: Uint8Array) => octets.subarray(0, octets.length / 2);

  const opened = () => {
    const error = ({ file = 'folder', counts = '' }) => logged.push(`${file} ${counts}`);
    const logger = { error, info: () => undefined } as unknown as Parameters<typeof openCscas>[1];
    return openCscas(config, logger);
  };
  /** What becomes of the chip of a country, at a server that has this folder. */
  const outcome = (csca: ReturnType<typeof opened>, country: TestCountry): string => {
    const { sod, dg1, dg2 } = issueChip(country);
    const documents = IdentityDocuments.fromPartial({
      kind: EvidenceKind.DOCUMENT_CHIP,
      documentChip: { sod: Buffer.from(sod), dataGroup1: Buffer.from(dg1), dataGroup2: Buffer.from(dg2) },
    });
    const context = { csca, clock: () => at } as AuthenticationContext;
    try {
      void evidenceKindOf(documents).examine(context, documents, { contractId: '', eid: '', nonce: undefined });
      return 'believed';
    } catch (error) {
      return (error as { reason?: string }).reason ?? String(error);
    }
  };
  /** A list of `one`: its chips are signed by the certificate with the number 2. */
  const list = (day: string, revoked: number[]) =>
    testRevocationList(
      { issuer: 'Test CSCA', thisUpdate: new Date(day), nextUpdate: new Date('2026-12-31'), revoked },
      one.cscaSigner,
    );
  const [old, fresh, freshest] = [list('2026-11-01', []), list('2026-11-08', [2]), list('2026-11-15', [])];

  it('holds certificates in DER and PEM, and revocation lists', () => {
    put('other.PEM', certificatePem(other.csca));
    put('README.txt', 'not looked at');
    for (const country of [one, other]) expect(outcome(opened(), country)).toBe('believed');
    config = { ...config, cscaRevocation: 'required' };
    expect(outcome(opened(), one)).toBe('REVOCATION_UNKNOWN');
    put('one.crl', fresh);
    expect(outcome(opened(), one)).toBe('DOCUMENT_SIGNER_REVOKED');
  });

  it('counts as it is at that moment: what is put there, renewed or removed needs no restart', () => {
    const csca = opened();
    expect(outcome(csca, other)).toBe('DOCUMENT_SIGNER_UNKNOWN');
    put('other.cer', other.csca);
    expect(outcome(csca, other)).toBe('believed');
    put('one.crl', old);
    expect(outcome(csca, one)).toBe('believed');
    put('one.crl', fresh);
    expect(outcome(csca, one)).toBe('DOCUMENT_SIGNER_REVOKED');
    put('one.crl', freshest);
    expect(outcome(csca, one)).toBe('believed');
    remove('other.cer');
    expect(outcome(csca, other)).toBe('DOCUMENT_SIGNER_UNKNOWN');
    expect(logged).toEqual([]);
  });

  it('is taken up also where nothing but the content of a file is another', () => {
    const path = join(folder, 'one.crl');
    const revoking = list('2026-11-01', [2]);
    let same = list('2026-11-01', [3]);
    // Signatures with ECDSA have one of a few lengths.
    while (same.length !== revoking.length) same = list('2026-11-01', [3]);
    writeFileSync(path, same);
    const csca = opened();
    const times = new Date();
    utimesSync(path, times, times);
    expect(outcome(csca, one)).toBe('believed');
    writeFileSync(path, revoking);
    utimesSync(path, times, times);
    expect(outcome(csca, one)).toBe('DOCUMENT_SIGNER_REVOKED');
  });

  it.each<[string, ...(() => void)[]]>([
    ['an older list', () => put('one.crl', old)],
    ['a list that is half copied', () => put('one.crl', half(fresh))],
    ['no list', () => remove('one.crl')],
    ['an older one, and then none', () => put('one.crl', old), () => remove('one.crl')],
    ['an older one of another name', () => remove('one.crl'), () => put('two.crl', old)],
  ])('makes nobody good again by %s where a newer one has revoked them, which is logged once', (_, ...changes) => {
    put('one.crl', fresh);
    const csca = opened();
    for (const change of changes) {
      change();
      for (let time = 0; time < 2; time++) expect(outcome(csca, one)).toBe('DOCUMENT_SIGNER_REVOKED');
    }
    expect(logged).toEqual(['one.crl as before']);
    put('one.crl', freshest);
    expect(outcome(csca, one)).toBe('believed');
  });

  it('keeps no list of a CA that is removed', () => {
    put('one.crl', fresh);
    const csca = opened();
    remove('one.crl');
    expect(outcome(csca, one)).toBe('DOCUMENT_SIGNER_REVOKED');
    remove('one.cer');
    expect(outcome(csca, one)).toBe('DOCUMENT_SIGNER_UNKNOWN');
    put('one.cer', one.csca);
    expect(outcome(csca, one)).toBe('believed');
  });

  it('believes nobody by a file that can not be used, and all others as before', () => {
    const csca = opened();
    put('other.cer', half(other.csca));
    expect(outcome(csca, other)).toBe('DOCUMENT_SIGNER_UNKNOWN');
    put('one.cer', half(one.csca));
    expect(outcome(csca, one)).toBe('believed');
    expect(logged).toEqual(['other.cer not', 'one.cer as before', 'other.cer not']);
  });

  it('is refused at the start, by name, when nothing in it is of use or something is broken', () => {
    const refused = (what: string) => {
      expect(opened).toThrow(TrustFolderError);
      expect(opened).toThrow(what);
    };
    put('broken.cer', 'no certificate');
    refused(`${folder} can not be used: broken.cer`);
    remove('broken.cer');
    put('signer.cer', one.signerCertificate);
    refused('signer.cer is not one of a CA');
    remove('signer.cer');
    remove('one.cer');
    refused('holds no certificate');
    config = { ...config, cscaFolder: join(folder, 'nowhere') };
    refused('can not be read');
    expect(openCscas({ ...config, cscaFolder: '' }, console)).toBeUndefined();
  });
});
