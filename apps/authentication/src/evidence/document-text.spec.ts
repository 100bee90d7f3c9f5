import { EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { type DocumentReading, EkycBusyError, EkycError, type ReadingOptions } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';
import { legibleLicence } from '../testing/test-context.ts';
import { documentImage } from './document-image.ts';

const clock = () => new Date('2026-11-28T00:00:00Z');
const typed = { family_name: 'Himitsuyama', given_name: '', birth_date: '1996-04-12', address: '1-1 Sekisho' };

const documents = (values: Readonly<Record<string, string>> = typed): IdentityDocuments =>
  IdentityDocuments.fromPartial({
    kind: EvidenceKind.DOCUMENT_IMAGE,
    documentImage: Buffer.of(1, 2, 3),
    declaredAttributes: Object.entries(values).map(([name, value]) => ({ name, value })),
  });

/** A server whose reader does what a test has it do. */
function reading(of: DocumentReading | Error, documentImages: 'automatic' | 'review' = 'automatic') {
  const asked: { octets: Uint8Array; options: ReadingOptions | undefined }[] = [];
  const read = async (octets: Uint8Array, options?: ReadingOptions) => {
    asked.push({ octets, options });
    if (of instanceof Error) throw of;
    return of;
  };
  const context = { reader: { read }, clock, config: { documentImages } } as unknown as AuthenticationContext;
  return { asked, result: (declared = typed) => documentImage.read!(context, documents(declared), undefined) };
}

describe('the picture of a document as evidence', () => {
  it('certifies what the document says of what was typed, and nothing that it does not', async () => {
    const withoutAddress = { family_name: 'Himitsuyama', given_name: '', birth_date: '1996-04-12', address: '' };
    const { asked, result } = reading(legibleLicence);
    expect(await result(withoutAddress)).toMatchObject({
      outcome: 'accepted',
      attributes: [
        { name: 'family_name', value: 'Himitsuyama' },
        { name: 'birth_date', value: '1996-04-12' },
      ],
      // The day after which nobody can accept it any more.
      expiryDate: '2029-05-12',
    });
    expect(asked).toEqual([{ octets: Buffer.of(1, 2, 3), options: { legibleOnly: true } }]);
  });

  it('certifies no punctuation that was typed into a name and belongs to none', async () => {
    const { result } = reading(legibleLicence);
    const { attributes } = await result({ ...typed, family_name: '"Himitsuyama" (!)', address: '' });
    expect(attributes).toContainEqual({ name: 'family_name', value: 'Himitsuyama' });
  });

  it('that holds is left to a person where the server does not let checks decide, and what does not hold is told as always', async () => {
    const { result } = reading(legibleLicence, 'review');
    const held = await result({ ...typed, address: '' });
    expect(held).toMatchObject({ outcome: 'review', reasons: [{ code: 'DOCUMENT_IMAGE_ALONE' }] });
    expect(held.attributes).toContainEqual({ name: 'family_name', value: 'Himitsuyama' });
    expect(await result()).toMatchObject({ outcome: 'refused', reasons: [{ code: 'DOCUMENT_ADDRESS_DIFFERS' }] });
  });

  it('is refused when something else was typed than it says', async () => {
    const { outcome, reasons } = await reading(legibleLicence).result({
      ...typed,
      address: '',
      birth_date: '1990-01-01',
    });
    expect([outcome, reasons.map(({ code }) => code)]).toEqual(['refused', ['DOCUMENT_BIRTH_DATE_DIFFERS']]);
    expect((await reading(legibleLicence).result()).reasons.map(({ code }) => code)).toEqual([
      'DOCUMENT_ADDRESS_DIFFERS',
    ]);
  });

  it('leaves figures for the audit record in which nothing stands that was read or typed', async () => {
    const { audit } = await reading(legibleLicence).result();
    expect(audit).toMatchObject({ outcome: 'refused', type: 'driving-licence' });
    for (const personal of ['HIMITSUYAMA', 'Himitsuyama', '1996', '302345678920', '千代田', 'Sekisho']) {
      expect(JSON.stringify(audit)).not.toContain(personal);
    }
  });

  it('over which a worker dies is to be taken again, so that it ends no other', async () => {
    const died = reading(new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision'));
    expect(await died.result()).toMatchObject({ outcome: 'recapture', reasons: [{ code: 'DOCUMENT_UNREADABLE' }] });
  });

  it('waits where every worker is busy or none is there', async () => {
    await expect(reading(new EkycBusyError(1500)).result()).rejects.toMatchObject({ code: 'EKYC_BUSY' });
    const away = new EkycError('EKYC_UNAVAILABLE', 'no models');
    await expect(reading(away).result()).rejects.toMatchObject({ code: 'EKYC_UNAVAILABLE' });
  });
});
