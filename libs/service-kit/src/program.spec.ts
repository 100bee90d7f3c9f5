import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, flag, integer, json, oneOf, readConfig, text } from './config.ts';
import { createLogger } from './logger.ts';
import { runUntilSignal } from './run-until-signal.ts';

describe('a configuration', () => {
  const settings = {
    name: text({ env: 'NAME' }),
    port: integer({ env: 'PORT', default: 0, min: 0, max: 65535 }),
    eager: flag({ env: 'EAGER', default: false }),
    level: oneOf(['info', 'debug'], { env: 'LEVEL', default: 'info' }),
    limits: json(
      (value) => {
        if (!Array.isArray(value)) throw new Error('must be a list');
        return value.map(Number);
      },
      { env: 'LIMITS', default: [1] },
    ),
  };
  let folder: string;
  const fileWith = (content: string) => {
    const file = join(folder, 'settings.json');
    writeFileSync(file, content);
    return file;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the environment before the file before the defaults', () => {
    const file = fileWith('{"name": "aozora", "port": 1, "limits": [3, 4]}');
    expect(readConfig(settings, { env: { PORT: '7443', EAGER: 'true' }, file })).toEqual({
      name: 'aozora',
      port: 7443,
      eager: true,
      level: 'info',
      limits: [3, 4],
    });
    expect(readConfig(settings, { env: { NAME: 'x', LIMITS: '[5]', PORT: '' } })).toMatchObject({
      port: 0,
      limits: [5],
    });
  });

  it('is refused with everything that is wrong at once, without the values', () => {
    const env = { PORT: '70000', EAGER: 'perhaps', LEVEL: 'secret-level', LIMITS: '{' };
    const read = () => readConfig(settings, { env, file: fileWith('{"nmae": 1}') });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/there is no setting nmae/);
    expect(read).toThrow(/name is not set; set NAME/);
    expect(read).toThrow(/PORT must be from 0 to 65535/);
    expect(read).toThrow(/EAGER must be true or false/);
    expect(read).toThrow(/LEVEL must be one of info, debug/);
    expect(read).toThrow(/LIMITS must be JSON/);
    expect(read).not.toThrow(/secret-level/);
  });

  it('is refused when its file can not be read, is not JSON or holds no settings', () => {
    const read = (file: string) => () => readConfig(settings, { env: { NAME: 'x' }, file });
    expect(read(join(folder, 'nowhere.json'))).toThrow(/can not be read/);
    expect(read(fileWith('{'))).toThrow(/is not JSON/);
    expect(read(fileWith('[]'))).toThrow(/must hold a JSON object/);
    expect(read(fileWith('{"port": 1.5}'))).toThrow(/port must be a whole number/);
  });
});

describe('a log', () => {
  it('is one JSON object a line and keeps secrets to itself', () => {
    const lines: string[] = [];
    const logger = createLogger('relay', { destination: { write: (line) => void lines.push(line) } });
    logger.info({ password: 'hunter2', request: { ki: 'f00d', iccid: '89' }, err: new Error('broken') }, 'note');
    logger.debug('not written');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      name: 'relay',
      msg: 'note',
      time: expect.stringMatching(/Z$/),
      password: '[redacted]',
      request: { ki: '[redacted]', iccid: '89' },
      err: { message: 'broken' },
    });
  });
});

describe('a program', () => {
  const logger = createLogger('program', { level: 'silent' });
  /** What a process is to it: something that gets signals and ends with a code. */
  const fakeProcess = () =>
    Object.assign(new EventEmitter(), { exitCode: 0, exit: () => {} }) as EventEmitter & NodeJS.Process;

  it('runs until a signal, then stops', async () => {
    const process = fakeProcess();
    let stopped = false;
    const stop = async () => {
      stopped = true;
    };
    const started = new EventEmitter();
    const running = runUntilSignal(
      async () => {
        queueMicrotask(() => started.emit('started'));
        return { stop };
      },
      { logger, process },
    );
    await once(started, 'started');
    expect(stopped).toBe(false);
    process.emit('SIGTERM', 'SIGTERM');
    await running;
    expect(stopped).toBe(true);
    expect(process.exitCode).toBe(0);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('stops after its start when the signal came before', async () => {
    const process = fakeProcess();
    let stopped = false;
    const start = async () => {
      process.emit('SIGINT', 'SIGINT');
      return {
        stop: async () => {
          stopped = true;
        },
      };
    };
    await runUntilSignal(start, { logger, process });
    expect(stopped).toBe(true);
  });

  it.each([
    ['can not start', async () => Promise.reject(new Error('port taken'))],
    ['hangs while it stops', async () => ({ stop: () => new Promise<void>(() => {}) })],
  ])('ends with a failure when it %s', async (_what, start) => {
    const process = fakeProcess();
    const running = runUntilSignal(start, { logger, process, stopWithinMs: 10 });
    process.emit('SIGINT', 'SIGINT');
    await running;
    expect(process.exitCode).toBe(1);
  });
});
