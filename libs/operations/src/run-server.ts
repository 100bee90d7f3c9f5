import type { Logger, Stoppable } from '@tegata/service-kit';
import { ConfigError, createLogger, runUntilSignal } from '@tegata/service-kit';

/** What a server program is made of. */
export interface ServerProgram<Config extends { readonly logLevel: string }> {
  /** Name for the log. */
  readonly name: string;
  /** Reads the settings. Throws a ConfigError that names everything that is wrong. */
  readonly readConfig: (env: NodeJS.ProcessEnv) => Config;
  /** Starts it; resolves when it serves. */
  readonly start: (config: Config, logger: Logger) => Promise<Stoppable>;
}

/**
 * Runs a server as a process: settings from the environment, log on standard output, SIGINT or SIGTERM to stop. Started
 * with an IPC channel, it says `ready` there when it serves, and stops when the other end is gone. Exit code 2 for
 * settings that can't be used.
 */
export async function runServer<Config extends { readonly logLevel: string }>({
  name,
  readConfig,
  start,
}: ServerProgram<Config>): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 2;
    return;
  }
  const logger = createLogger(name, { level: config.logLevel });
  // A parent that was killed can't stop it any more.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await runUntilSignal(
    async () => {
      const server = await start(config, logger);
      process.send?.('ready');
      return server;
    },
    { logger },
  );
  process.removeAllListeners('disconnect');
  process.disconnect?.();
}
