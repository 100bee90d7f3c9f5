import { FakeWorld, resumption } from './testing/fake-world.ts';

describe('applications whose carrier is shown who applies', () => {
  let world: FakeWorld;

  beforeEach(() => {
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  it('with a picture of a document that can not be used say why, and go on with another', async () => {
    world.remove();
    world = new FakeWorld({ aozora: { documentsToRefuse: 1 } });
    const applications = world.start();
    const attempt = applications.apply(world.application(), world.following);
    await expect(attempt).rejects.toMatchObject({ code: 'ANOTHER_PICTURE_NEEDED' });
    await expect(attempt).rejects.toThrow('No portrait was found on the document. (DOCUMENT_NO_FACE)');
    expect(world.record).toMatchObject({ stage: 'informing', reasons: [{ code: 'DOCUMENT_NO_FACE' }] });
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, world.following);
    expect(record).toMatchObject({ stage: 'complete', reasons: [] });
  });

  it('with a document that is refused for what it says do not ask for another picture of it', async () => {
    world.remove();
    const documentReason = { code: 'DOCUMENT_EXPIRED', sentence: 'The document has expired.' };
    world = new FakeWorld({ aozora: { documentsToRefuse: 1, documentReason } });
    const applications = world.start();
    const attempt = applications.apply(world.application(), world.following);
    await expect(attempt).rejects.toMatchObject({ code: 'DOCUMENTS_REFUSED' });
    await expect(attempt).rejects.toThrow('The document has expired. (DOCUMENT_EXPIRED)');
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, world.following);
    expect(record.stage).toBe('complete');
  });

  it('that need more than the certificate say so, and go on when documents are given', async () => {
    world.remove();
    world = new FakeWorld({ aozora: {}, minato: { certificateEnough: false } });
    const applications = world.start();
    await applications.apply(world.application(), world.following);
    const second = applications.apply(world.application({ carrier: 'minato', evidence: undefined }), world.following);
    await expect(second).rejects.toMatchObject({ code: 'EVIDENCE_NEEDED' });
    await expect(second).rejects.toThrow('The verification is too long ago. (CERTIFICATE_TOO_OLD)');
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, world.following);
    expect(record).toMatchObject({ stage: 'complete', identityVerification: true });
  });

  it('disclose what the carrier requires, and say so', async () => {
    world = new FakeWorld({ aozora: {}, minato: { requiredAttributes: ['family_name', 'birth_date'] } });
    const applications = world.start();
    await applications.apply(world.application(), world.following);
    await applications.apply(world.application({ carrier: 'minato' }), world.following);
    expect(world.notes()).toContain('The carrier requires family_name, birth_date of the identity certificate.');
    expect(world.notes().at(-1)).toBe('The identity certificate has no family_name to disclose.');
    expect(world.carrier('minato').disclosed).toEqual([['birth_date']]);
  });

  it('disclose what the user chose, and say what the certificate does not have', async () => {
    const applications = world.start();
    await applications.apply(world.application(), world.following);
    await applications.apply(
      world.application({ carrier: 'minato', disclose: ['birth_date', 'address'] }),
      world.following,
    );
    expect(world.notes().at(-1)).toBe('The identity certificate has no address to disclose.');
  });
});
