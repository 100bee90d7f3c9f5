import type { AttendedCamera, Camera } from './camera.ts';
import { documentFaults } from './document-quality.ts';
import type { Pace } from './page-protocol.ts';
import { PageServer } from './page-server.ts';
import { PageSession, personalPace } from './page-session.ts';

/**
 * A page in a browser on this machine: its camera, its screen, and a person before them. It is there from the first time that something is wanted of it to
 * the end of the application. `announce` is told the link that opens it, once.
 */
export function pageCamera(announce: (link: string) => void, pace: Pace = paceOfEnvironment()): Camera {
  const session = new PageSession(documentFaults, pace);
  let started: Promise<PageServer> | undefined;
  const open = async (): Promise<void> => {
    started ??= PageServer.start(session).then((server) => {
      announce(server.link);
      return server;
    });
    await started;
  };
  const attended: AttendedCamera = {
    photographDocument: async (signal, refused) => {
      await open();
      return session.photographDocument(signal, refused);
    },
    end: async (end) => {
      if (started === undefined) return;
      session.end(end);
      await (await started).close();
    },
  };
  return {
    attended,
    open: async (signal, refused) => {
      await open();
      await session.ready(signal, refused);
      return {
        answer: (prompt, given) => session.answer(prompt, given),
        close: async ({ kind }) => session.show({ kind: 'wait', what: kind === 'sent' ? 'decision' : 'application' }),
      };
    },
  };
}

/** `TEGATA_CAPTURE_PACE`: lead, interval and light in milliseconds, for tests and for people who need more time: `2500,400,600`. */
function paceOfEnvironment(): Pace {
  const [, lead, interval, light] = /^(\d{1,4}),(\d{1,4}),(\d{1,4})$/.exec(process.env.TEGATA_CAPTURE_PACE ?? '') ?? [];
  if (lead === undefined || interval === undefined || light === undefined) return personalPace;
  return { lead: Number(lead), interval: Number(interval), light: Number(light) };
}
