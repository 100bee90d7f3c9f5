import { Writable } from 'node:stream';
import { EkycError } from '@tegata/ekyc';
import { createLogger } from '@tegata/service-kit';
import { type PictureLoaders, startPictureAnalysis } from './picture-analysis.ts';
import { legibleLicence } from './testing/test-context.ts';
import { mapEkycError } from './verification/ekyc-refusal.ts';

const sizes = { ekycWorkers: 1, documentWorkers: 1 };
const picture = Buffer.of(0xff, 0xd8, 0xff);
const accepted = { outcome: 'accepted', reasons: [], checks: [], quarterTurns: 0 } as const;

/** Models that can't be loaded the first times, as where a disk is not there yet. */
function modelsThatFail(failures: { engine: number; reader: number }) {
  const loads = { engine: 0, reader: 0 };
  const closed: string[] = [];
  const loaded = <T extends object>(what: 'engine' | 'reader', parts: T) => {
    loads[what]++;
    if (failures[what]-- > 0) throw new EkycError('EKYC_UNAVAILABLE', 'a file of the models is missing');
    const close = async () => {
      closed.push(what);
    };
    return { ...parts, close };
  };
  const never = async () => {
    throw new Error('not asked for here');
  };
  const load: PictureLoaders = {
    engine: async () =>
      loaded('engine', {
        checkDocument: async () => accepted,
        digestFrames: never,
        verifyIdentity: never,
        makeReference: never,
      }),
    reader: async () => loaded('reader', { read: async () => legibleLicence }),
  };
  return { load, loads, closed };
}

function recordedLog() {
  const lines: { level: string | number; msg: string }[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line) as (typeof lines)[number]);
      done();
    },
  });
  return { lines, logger: createLogger('spec', { level: 'info', destination }) };
}

describe('what looks at pictures', () => {
  it('that is loaded at need and can not be is logged and answered as not there now, each time, until it can', async () => {
    const { load, loads } = modelsThatFail({ engine: 2, reader: 1 });
    const { lines, logger } = recordedLog();
    const analysis = await startPictureAnalysis({ ...sizes, pictureAnalysis: 'at-need' }, logger, load);
    expect(loads).toEqual({ engine: 0, reader: 0 });
    const failed = [
      await analysis.engine.checkDocument(picture).catch((error: unknown) => error),
      await analysis.engine.checkDocument(picture).catch((error: unknown) => error),
      await analysis.reader.read(picture).catch((error: unknown) => error),
    ];
    for (const error of failed) {
      expect(mapEkycError(error)).toMatchObject({ status: 'UNAVAILABLE', reason: 'EKYC_UNAVAILABLE' });
    }
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the comparison of faces can not be loaded',
      'the comparison of faces can not be loaded',
      'the reader of documents can not be loaded',
    ]);
    expect(await analysis.engine.checkDocument(picture)).toEqual(accepted);
    expect(await analysis.reader.read(picture)).toEqual(legibleLicence);
    expect(loads).toEqual({ engine: 3, reader: 2 });
  });

  it('is loaded once, however many pictures come at once, and closed if it ever was', async () => {
    const { load, loads, closed } = modelsThatFail({ engine: 0, reader: 0 });
    const analysis = await startPictureAnalysis({ ...sizes, pictureAnalysis: 'at-need' }, recordedLog().logger, load);
    await Promise.all([1, 2, 3].map(() => analysis.engine.checkDocument(picture)));
    expect(loads).toEqual({ engine: 1, reader: 0 });
    await analysis.close();
    expect(closed).toEqual(['engine']);
  });

  it('that is loaded at the start keeps a server without the comparison of faces from starting', async () => {
    const { load } = modelsThatFail({ engine: 1, reader: 0 });
    const { lines, logger } = recordedLog();
    const starting = startPictureAnalysis({ ...sizes, pictureAnalysis: 'at-start' }, logger, load);
    await expect(starting).rejects.toMatchObject({ code: 'EKYC_UNAVAILABLE' });
    expect(lines.map(({ msg }) => msg)).toEqual(['the comparison of faces can not be loaded']);
  });

  it('that is loaded at the start serves without the reader of documents, which the next document tries again', async () => {
    const { load, loads } = modelsThatFail({ engine: 0, reader: 1 });
    const { lines, logger } = recordedLog();
    const analysis = await startPictureAnalysis({ ...sizes, pictureAnalysis: 'at-start' }, logger, load);
    expect(lines.map(({ msg }) => msg)).toEqual(['the reader of documents can not be loaded']);
    expect(await analysis.engine.checkDocument(picture)).toEqual(accepted);
    expect(await analysis.reader.read(picture)).toEqual(legibleLicence);
    expect(loads).toEqual({ engine: 1, reader: 2 });
  });
});
