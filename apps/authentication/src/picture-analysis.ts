import { DocumentReader, EkycEngine } from '@tegata/ekyc';
import type { Logger } from '@tegata/service-kit';
import type { AuthenticationConfig } from './config.ts';
import type { AuthenticationContext } from './context.ts';

/** What looks at pictures: faces are compared and documents read, each in worker threads of its own. */
export interface PictureAnalysis extends Pick<AuthenticationContext, 'engine' | 'reader'> {
  close(): Promise<void>;
}

type Asks = Pick<AuthenticationConfig, 'ekycWorkers' | 'documentWorkers'>;

/** How what looks at pictures is loaded. */
export interface PictureLoaders {
  engine(config: Asks, logger: Logger): Promise<AuthenticationContext['engine'] & Closable>;
  reader(config: Asks, logger: Logger): Promise<AuthenticationContext['reader'] & Closable>;
}

const workers: PictureLoaders = {
  engine: ({ ekycWorkers }, logger) =>
    EkycEngine.start({
      workers: ekycWorkers,
      onWorkerEvent: (event) => logger.info({ event }, 'eKYC worker'),
    }),
  reader: ({ documentWorkers }, logger) =>
    DocumentReader.start({
      workers: documentWorkers,
      onWorkerEvent: (event) => logger.info({ event }, 'document worker'),
    }),
};

/**
 * `at-start`: resolves when faces can be compared; the document reader comes up while the server serves already, and a document
 * that is there before it waits. `at-need`: nothing is loaded before the first picture, which waits for it. What can't be loaded then is logged and
 * fails the picture with EKYC_UNAVAILABLE; carriers ask again, and each asking tries again.
 */
export async function startPictureAnalysis(
  config: Asks & Pick<AuthenticationConfig, 'pictureAnalysis'>,
  logger: Logger,
  load: PictureLoaders = workers,
): Promise<PictureAnalysis> {
  const started = <T extends Closable>(what: string, start: () => Promise<T>) =>
    startedOnce(start, (err) => logger.error({ err }, `${what} can not be loaded`));
  const engine = started('the comparison of faces', () => load.engine(config, logger));
  const reader = started('the reader of documents', () => load.reader(config, logger));
  if (config.pictureAnalysis === 'at-start') {
    reader().catch(() => undefined);
    await engine();
  }
  return {
    engine: {
      checkDocument: async (...ask) => (await engine()).checkDocument(...ask),
      digestFrames: async (...ask) => (await engine()).digestFrames(...ask),
      verifyIdentity: async (...ask) => (await engine()).verifyIdentity(...ask),
      makeReference: async (...ask) => (await engine()).makeReference(...ask),
    },
    reader: { read: async (...ask) => (await reader()).read(...ask) },
    close: async () => {
      await Promise.all([engine.close(), reader.close()]);
    },
  };
}

interface Closable {
  close(): Promise<void>;
}

/** Something that is started when it is first asked for, once unless that fails, and closed if it ever was. */
function startedOnce<T extends Closable>(start: () => Promise<T>, failed: (error: unknown) => void) {
  let starting: Promise<T> | undefined;
  const get = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = undefined;
      failed(error);
      throw error;
    }));
  const close = async () => {
    const running = await starting?.catch(() => undefined);
    await running?.close();
  };
  return Object.assign(get, { close });
}
