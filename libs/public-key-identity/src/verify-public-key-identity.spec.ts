import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmrtdRefusal, readDocumentCertificate } from '@tegata/emrtd/certificates';
import { keyUsages, testExtension, testSigner } from '@tegata/emrtd/testing';
import fc from 'fast-check';
import { PublicKeyRefusal } from './identity-refusal.ts';
import { type AskResponder, ocspResponder } from './ocsp-client.ts';
import { encodeOcspRequest, OcspError, readOcspResponse } from './ocsp-response.ts';
import { type PersonCaSettings, PersonCaTrust } from './person-ca-trust.ts';
import { readPersonCertificate } from './person-certificate.ts';
import { statementOctets } from './statement.ts';
import {
  answerOcsp,
  type IssuedPerson,
  signaturePolicy,
  signStatement,
  TestIdentityCa,
  type TestPerson,
  tryLater,
} from './testing/index.ts';
import { verifyPublicKeyIdentity } from './verify-public-key-identity.ts';

const at = new Date('2026-11-28T10:00:00Z');
const ca = TestIdentityCa.create(at);
const person: TestPerson = { name: '手形 花子', birthDate: '1990-04-01', sex: 'F', address: '東京都港区関所1-2-3' };
const holder = ca.issue(person, 7, at);
const statement = {
  contractId: '6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2',
  nonce: Buffer.alloc(32, 5),
  eid: '89'.padEnd(32, '0'),
};

const trusting = (settings: Partial<PersonCaSettings> = {}) =>
  new PersonCaTrust({
    certificates: [ca.parts.certificate],
    revocationLists: [ca.revocationList([], at)],
    random: randomBytes,
    ...settings,
  });
const outcome = async (
  issued: IssuedPerson = holder,
  trust = trusting(),
  signed = statement,
  time = at,
): Promise<string> => {
  try {
    await verifyPublicKeyIdentity(signStatement(issued, signed), statement, trust, time);
    return 'verified';
  } catch (error) {
    if (error instanceof PublicKeyRefusal) return error.code;
    throw error;
  }
};

describe('a statement signed with the card of a person', () => {
  it('tells who signed it', async () => {
    const { attributes, fingerprint } = await verifyPublicKeyIdentity(
      signStatement(holder, statement),
      statement,
      trusting(),
      at,
    );
    expect(attributes).toEqual(person);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may be signed with ECDSA', async () => {
    expect(await outcome(ca.issue(person, 8, at, { signer: testSigner('ecdsa') }))).toBe('verified');
    const curves = TestIdentityCa.create(at, testSigner('ecdsa', { curve: 'secp384r1', digest: 'sha384' }));
    const lists = { certificates: [curves.parts.certificate], revocationLists: [curves.revocationList([], at)] };
    expect(await outcome(curves.issue(person, 7, at), trusting(lists))).toBe('verified');
  });

  it.each([
    ['contract', { ...statement, contractId: '00000000-0000-4000-8000-000000000000' }],
    ['nonce', { ...statement, nonce: Buffer.alloc(32, 6) }],
    ['eUICC', { ...statement, eid: '89'.padEnd(32, '1') }],
  ])('is refused when it is about another %s', async (_, other) => {
    expect(await outcome(holder, trusting(), other)).toBe('PERSON_SIGNATURE_INVALID');
  });

  it('is refused when any octet of certificate or signature is changed, or they are any octets', async () => {
    const evidence = signStatement(holder, statement);
    const refused = async (altered: typeof evidence) => {
      const work = verifyPublicKeyIdentity(altered, statement, trusting(), at);
      await expect(work).rejects.toBeInstanceOf(PublicKeyRefusal);
    };
    for (const part of ['certificate', 'signature'] as const) {
      for (let place = 0; place < evidence[part].length; place += 5) {
        await refused({
          ...evidence,
          [part]: Uint8Array.from(evidence[part], (octet, index) => (index === place ? octet ^ 0x11 : octet)),
        });
      }
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (octets) => refused({ ...evidence, [part]: octets })),
      );
    }
  });

  const year = (value: number) => new Date(Date.UTC(value, 0, 1));
  const cases: readonly (readonly [string, Parameters<TestIdentityCa['issue']>[3], string])[] = [
    ['has expired', { notAfter: year(2026) }, 'PERSON_CERTIFICATE_EXPIRED'],
    ['is not yet valid', { notBefore: year(2027) }, 'PERSON_CERTIFICATE_NOT_YET_VALID'],
    ['is for logging in only', { keyUsage: keyUsages.documentSigner }, 'PERSON_CERTIFICATE_NOT_ALLOWED'],
    ['is a CA', { ca: true }, 'PERSON_CERTIFICATE_NOT_ALLOWED'],
    [
      'has an extension that nobody knows',
      { extensions: [testExtension('1.2.3.4', Buffer.of(5, 0), true)] },
      'PERSON_CERTIFICATE_MALFORMED',
    ],
    ['does not say who holds it', { extensions: [] }, 'PERSON_ATTRIBUTES_MISSING'],
    [
      'has a key that is too short',
      { signer: testSigner('rsa', { modulusLength: 1024 }) },
      'PERSON_CERTIFICATE_MALFORMED',
    ],
  ];
  it.each(cases)('is refused when the certificate %s', async (_, deviation, code) => {
    expect(await outcome(ca.issue(person, 9, at, deviation))).toBe(code);
  });

  it('is refused when the key of the certificate is for other signatures', async () => {
    const other = { ...testSigner('rsa'), ...generateKeyPairSync('rsa-pss', { modulusLength: 2048 }) };
    expect(await outcome(ca.issue(person, 9, at, { signer: other }))).toBe('PERSON_SIGNATURE_INVALID');
    const { publicKey } = generateKeyPairSync('ed25519');
    const edwards = { ...testSigner('rsa'), publicKey };
    expect(await outcome(ca.issue(person, 9, at, { signer: edwards }))).toBe('PERSON_CERTIFICATE_MALFORMED');
  });

  it('is refused under another CA, or another policy than asked for', async () => {
    expect(await outcome(TestIdentityCa.create(at).issue(person, 7, at))).toBe('PERSON_CERTIFICATE_ISSUER_UNKNOWN');
    expect(await outcome(holder, trusting({ policies: [signaturePolicy] }))).toBe('verified');
    expect(await outcome(holder, trusting({ policies: ['1.2.3'] }))).toBe('PERSON_CERTIFICATE_NOT_ALLOWED');
  });

  it('is believed by the certificate of the CA that is in force, of two with the same name and key', async () => {
    const older = TestIdentityCa.create(new Date('2010-01-01T00:00:00Z'), ca.parts.signer).parts.certificate;
    const revocationLists = [ca.revocationList([], at)];
    expect(await outcome(holder, trusting({ certificates: [older], revocationLists }))).toBe(
      'PERSON_CERTIFICATE_EXPIRED',
    );
    const both = [older, ca.parts.certificate];
    expect(await outcome(holder, trusting({ certificates: both, revocationLists }))).toBe('verified');
  });

  it('is refused when the birth date is not known in full, or is no day', async () => {
    for (const birthDate of ['1990-00-00', '1990-02-30']) {
      expect(await outcome(ca.issue({ ...person, birthDate }, 10, at))).toBe('PERSON_ATTRIBUTES_MISSING');
    }
  });
});

describe('revocation by list', () => {
  it('counts for good, whether or not the list is current', async () => {
    const listed = ca.revocationList([7], new Date('2026-01-01T00:00:00Z'));
    expect(await outcome(holder, trusting({ revocationLists: [listed, ca.revocationList([], at)] }))).toBe(
      'PERSON_CERTIFICATE_REVOKED',
    );
  });

  it('has to be current', async () => {
    for (const revocationLists of [[], [ca.revocationList([], new Date('2026-11-01T00:00:00Z'))]]) {
      expect(await outcome(holder, trusting({ revocationLists }))).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
    }
  });

  it('of somebody else is refused at the start', () => {
    expect(() => trusting({ revocationLists: [TestIdentityCa.create(at).revocationList([], at)] })).toThrow(
      EmrtdRefusal,
    );
    expect(() => trusting({ certificates: [holder.certificate] })).toThrow('not one of a CA');
  });
});

describe('revocation by OCSP', () => {
  const responding =
    (status: 'good' | 'revoked' | 'unknown', options = {}): AskResponder =>
    async (question) =>
      answerOcsp(ca, encodeOcspRequest(question), at, () => ({ status }), options);
  const asking = (responder: AskResponder, revocationLists: readonly Uint8Array[] = []) =>
    outcome(holder, trusting({ responder, revocationLists }));

  it('is what the responder says', async () => {
    expect(await asking(responding('good'))).toBe('verified');
    expect(await asking(responding('revoked'))).toBe('PERSON_CERTIFICATE_REVOKED');
    expect(await asking(responding('unknown'), [ca.revocationList([], at)])).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
    expect(await asking(responding('good'), [ca.revocationList([7], at)])).toBe('PERSON_CERTIFICATE_REVOKED');
  });

  it('is left to a current list when the responder says nothing of use', async () => {
    const useless: readonly AskResponder[] = [
      async () => tryLater(),
      async () => Promise.reject(new Error('nobody there')),
      responding('good', { withNonce: false }),
      responding('good', { lifetimeMs: -1 }),
      async (question) =>
        answerOcsp(TestIdentityCa.create(at), encodeOcspRequest(question), at, () => ({ status: 'good' })),
      async (question) =>
        answerOcsp(ca, encodeOcspRequest({ ...question, nonce: randomBytes(32) }), at, () => ({ status: 'good' })),
      async (question) =>
        answerOcsp(ca, encodeOcspRequest({ ...question, serialNumber: Buffer.of(2, 1, 9) }), at, () => ({
          status: 'good',
        })),
    ];
    for (const responder of useless) {
      expect(await asking(responder)).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
      expect(await asking(responder, [ca.revocationList([], at)])).toBe('verified');
    }
  });

  it('takes no response from a responder whose certificate is on a list', async () => {
    const lists = [ca.revocationList([2], at, -1)];
    expect(await asking(responding('good'), lists)).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
    expect(await asking(responding('good'), [ca.revocationList([3], at, -1)])).toBe('verified');
  });

  it('takes no response from somebody who is not certified for it', async () => {
    const impostor = new TestIdentityCa({
      ...ca.parts,
      responder: { signer: holder.signer, certificate: holder.certificate },
    });
    const responder: AskResponder = async (question) =>
      answerOcsp(impostor, encodeOcspRequest(question), at, () => ({ status: 'good' }));
    expect(await asking(responder)).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
  });

  it('takes no response of which any octet is changed, nor any octets', () => {
    const issuer = readDocumentCertificate('CA', ca.parts.certificate);
    const { serialNumber } = readPersonCertificate(holder.certificate);
    const question = { serialNumber, issuer, nonce: randomBytes(32) };
    const response = answerOcsp(ca, encodeOcspRequest(question), at, () => ({ status: 'good' }));
    expect(readOcspResponse(response, question, at)).toBe('good');
    const said = (octets: Uint8Array) => {
      try {
        return readOcspResponse(octets, question, at);
      } catch (error) {
        if (error instanceof OcspError) return 'refused';
        throw error;
      }
    };
    const revoked = answerOcsp(ca, encodeOcspRequest(question), at, () => ({ status: 'revoked' }));
    expect(said(revoked)).toBe('revoked');
    for (let place = 0; place < revoked.length; place++) {
      for (const mask of [0x02, 0x20]) {
        expect(said(Uint8Array.from(revoked, (octet, index) => (index === place ? octet ^ mask : octet)))).not.toBe(
          'good',
        );
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => expect(said(octets)).toBe('refused')));
  });

  it('is asked over HTTP, of a bounded answer in bounded time', async () => {
    let answer: (body: Buffer) => Uint8Array = () => Buffer.alloc(70_000);
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/elsewhere') response.writeHead(302, { location: '/' }).end();
        else if (request.url === '/silent') return;
        else response.end(answer(Buffer.concat(chunks)));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await asking(ocspResponder(url, 5_000))).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
      expect(await asking(ocspResponder(`${url}/elsewhere`, 5_000))).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
      expect(await asking(ocspResponder(`${url}/silent`, 50))).toBe('PERSON_CERTIFICATE_STATUS_UNKNOWN');
      answer = (body) => answerOcsp(ca, body, at, (serial) => ({ status: serial === 7n ? 'good' : 'unknown' }));
      expect(await asking(ocspResponder(url, 5_000))).toBe('verified');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('the statement', () => {
  it('is another for every other contract, eUICC and nonce', () => {
    const text = fc.stringMatching(/^[0-9a-f-]{0,40}$/);
    const nonce = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const any = fc.record({ contractId: text, eid: text, nonce });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const equal = Buffer.from(statementOctets(one)).equals(statementOctets(other));
        expect(equal).toBe(
          one.contractId === other.contractId && one.eid === other.eid && Buffer.from(one.nonce).equals(other.nonce),
        );
      }),
    );
    expect(() => statementOctets({ ...statement, nonce: Buffer.alloc(31) })).toThrow(RangeError);
    expect(() => statementOctets({ ...statement, eid: 'a\0b' })).toThrow(RangeError);
  });
});
