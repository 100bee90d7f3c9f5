import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmrtdRefusal, verifyChip } from '@tegata/emrtd';
import { issueChip, testCountry, testRevocationList } from '@tegata/emrtd/testing';
import { certificatePem } from '@tegata/x509';
import { CscaFolderError, readCscaFolder } from './csca-folder.ts';

const at = new Date('2026-11-28T00:00:00Z');

describe('a folder of country signing CAs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-csca-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: Uint8Array | string) => writeFileSync(join(folder, name), content);

  it('holds certificates in DER and PEM, and revocation lists', () => {
    const [one, other] = [testCountry(), testCountry()];
    put('one.cer', one.csca);
    put('other.PEM', certificatePem(other.csca));
    put('README.txt', 'not looked at');
    for (const country of [one, other]) {
      expect(verifyChip(issueChip(country), readCscaFolder(folder, false), at).mrz.primaryIdentifier).toBe('TEGATA');
    }
    expect(() => verifyChip(issueChip(one), readCscaFolder(folder, true), at)).toThrow(EmrtdRefusal);
    const list = { issuer: 'Test CSCA', thisUpdate: new Date('2026-11-01'), revoked: [2] };
    put('one.crl', testRevocationList(list, one.cscaSigner));
    expect(() => verifyChip(issueChip(one), readCscaFolder(folder, false), at)).toThrow('revoked');
  });

  it('is refused at the start, by name, when nothing in it is of use or something is broken', () => {
    const refused = (what: string) => {
      expect(() => readCscaFolder(folder, false)).toThrow(CscaFolderError);
      expect(() => readCscaFolder(folder, false)).toThrow(what);
    };
    refused('holds no certificate');
    put('broken.cer', 'no certificate');
    refused(folder);
    rmSync(join(folder, 'broken.cer'));
    put('signer.cer', testCountry().signerCertificate);
    refused('not one of a CA');
    expect(() => readCscaFolder(join(folder, 'nowhere'), false)).toThrow(CscaFolderError);
  });
});
