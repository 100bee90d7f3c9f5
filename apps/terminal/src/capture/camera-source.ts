import { TerminalError } from '../terminal-error.ts';
import type { Camera } from './camera.ts';
import { checkCaptureFolder, folderCamera } from './folder-camera.ts';
import { pageCamera } from './page-camera.ts';
import type { PersonScreen } from './person-screen.ts';
import { checkRecording, checkVideoDevice, deviceCamera, recordingCamera } from './video-camera.ts';

/** What there is beside a camera. */
export interface CameraSurroundings {
  /** Tells the person where the camera's page is, if it has one. */
  readonly announce: (link: string) => void;
  /** Screen of whoever uses the camera; a page has its own. */
  readonly screen?: PersonScreen | undefined;
}

/** A kind of camera: `KIND:WHERE` on the command line. */
interface CameraKind {
  /** What may stand behind the colon. */
  readonly form: RegExp;
  /** Looks whether it can be used, before a contract is applied for. Throws TerminalError. */
  check(where: string): void;
  make(where: string, beside: CameraSurroundings): Camera;
}

/** Every kind of camera there is. */
const kinds: Readonly<Record<string, CameraKind>> = {
  dir: { form: /./s, check: checkCaptureFolder, make: folderCamera },
  file: { form: /./s, check: (path) => checkRecording(path), make: (path) => recordingCamera(path) },
  page: { form: /^$/, check: () => undefined, make: (_, { announce }) => pageCamera(announce) },
  v4l2: {
    form: /^\/dev\/video\d{1,3}$/,
    check: (device) => checkVideoDevice(device),
    make: (device, { screen }) => deviceCamera(device, screen),
  },
};

/** Those of them behind whose colon stands a path of the user's. */
const kindsWithPath = ['dir', 'file'] as const;

/** The source with its path made absolute by `resolve`: who uses it may have another working folder. CAMERA_UNKNOWN where it has no known form. */
export function withAbsolutePath(source: string, resolve: (path: string) => string): string {
  parse(source);
  const kind = kindsWithPath.find((name) => source.startsWith(`${name}:`));
  return kind === undefined ? source : `${kind}:${resolve(source.slice(kind.length + 1))}`;
}

/** The camera of a source, for example `dir:FOLDER`. CAMERA_UNKNOWN. */
export function cameraFrom(source: string, beside: CameraSurroundings): Camera {
  const { kind, where } = parse(source);
  return kind.make(where, beside);
}

/** Whether a source can be used. CAMERA_UNKNOWN and what is wrong with it. */
export function checkCamera(source: string): void {
  const { kind, where } = parse(source);
  kind.check(where);
}

function parse(source: string): { kind: CameraKind; where: string } {
  const [, name = '', where = ''] = /^([a-z0-9]+)(?::(.*))?$/s.exec(source) ?? [];
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind?.form.test(where)) return { kind, where };
  const message = `There is no camera "${source}"; it can be page, v4l2:/dev/videoN, file:VIDEO or dir:FOLDER.`;
  throw new TerminalError('invalid', 'CAMERA_UNKNOWN', message);
}
