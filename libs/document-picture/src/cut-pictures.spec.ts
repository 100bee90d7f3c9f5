import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const documents = fileURLToPath(new URL('../../../../shared/vectors/faces/documents', import.meta.url));
const program = fileURLToPath(new URL('./testing/cut-pictures.ts', import.meta.url));
const describeWithDocuments: jest.Describe =
  existsSync(documents) || process.env.CI === 'true' ? describe : (describe.skip as jest.Describe);

describeWithDocuments('a picture of a document on a table', () => {
  let told: Record<'whole' | 'corner' | 'side' | 'title', [name: string, faults: string[]][]>;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
    told = JSON.parse(stdout) as typeof told;
  }, 600_000);

  it('whole, straight or turned, can be read', () =>
    expect(told.whole.filter(([, faults]) => faults.length === 0)).toHaveLength(4));

  it('with one corner cut off, whichever, is to be taken again for its edge', () =>
    expect(told.corner.filter(([, faults]) => faults.includes('DOCUMENT_EDGE_CUT'))).toHaveLength(8));

  it('of which a tenth is cut off so that what is left looks like another kind of it, is to be taken again for its edge', () =>
    expect(told.title.filter(([, faults]) => faults.includes('DOCUMENT_EDGE_CUT'))).toHaveLength(2));

  it('with a fifth of it cut off, on whichever side, is to be taken again', () =>
    expect(told.side.filter(([, faults]) => faults.length > 0)).toHaveLength(8));
});
