import { DocumentReader, EkycEngine } from '@tegata/ekyc';
import type { Logger } from '@tegata/service-kit';
import type { AuthenticationConfig } from './config.ts';
import type { AuthenticationContext } from './context.ts';

/** What looks at pictures: faces are compared and documents read, each in worker threads of its own. */
export interface PictureAnalysis extends Pick<AuthenticationContext, 'engine' | 'reader'> {
  close(): Promise<void>;
}

/**
 * `at-start`: resolves when faces can be compared; the document reader comes up while the server serves already, and a document
 * that is there before it waits. `at-need`: nothing is loaded before the first picture, which waits for it. What can't be loaded then is logged and
 * fails the picture with EKYC_UNAVAILABLE; carriers ask again, and each asking tries again.
 */
export async function startPictureAnalysis(
  config: Pick<AuthenticationConfig, 'pictureAnalysis' | 'ekycWorkers' | 'documentWorkers'>,
  logger: Logger,
): Promise<PictureAnalysis> {
  const engine = started(() =>
    EkycEngine.start({
      workers: config.ekycWorkers,
      onWorkerEvent: (event) => logger.info({ event }, 'eKYC worker'),
    }),
  );
  const reader = started(() =>
    DocumentReader.start({
      workers: config.documentWorkers,
      onWorkerEvent: (event) => logger.info({ event }, 'document worker'),
    }),
  );
  if (config.pictureAnalysis === 'at-start') {
    reader().catch((err: unknown) => logger.error({ err }, 'documents can not be read'));
    await engine();
  }
  return {
    engine: {
      checkDocument: async (...ask) => (await engine()).checkDocument(...ask),
      verifyIdentity: async (...ask) => (await engine()).verifyIdentity(...ask),
      makeReference: async (...ask) => (await engine()).makeReference(...ask),
    },
    reader: { read: async (...ask) => (await reader()).read(...ask) },
    close: async () => {
      await Promise.all([engine.close(), reader.close()]);
    },
  };
}

/** Something that is started when it is first asked for, once unless that fails, and closed if it ever was. */
function started<T extends { close(): Promise<void> }>(start: () => Promise<T>) {
  let starting: Promise<T> | undefined;
  const get = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    }));
  const close = async () => {
    const running = await starting?.catch(() => undefined);
    await running?.close();
  };
  return Object.assign(get, { close });
}
