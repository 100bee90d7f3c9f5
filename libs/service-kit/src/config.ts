import { readFileSync } from 'node:fs';

/** Where settings are read from. */
export interface ConfigSources {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** JSON file with settings; the environment goes before it. */
  readonly file?: string;
}

/** A value as it was found, and where. */
interface Found {
  readonly value: unknown;
  readonly where: string;
}

/** How one setting is read. */
export interface Setting<T> {
  /** Environment variable that sets it. */
  readonly env: string | undefined;
  /** What it is when nothing sets it; a setting without is required. */
  readonly fallback: { readonly value: T } | undefined;
  /** Reads a value that was set. Throws an Error that says what it must be. */
  readonly read: (value: unknown) => T;
}

/** How a setting can be given. */
export interface SettingOptions<T> {
  readonly env?: string;
  readonly default?: T;
}

/** Settings by name. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** What reading settings results in. */
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Everything that is wrong with a configuration, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

function setting<T>(options: SettingOptions<T>, read: (value: unknown) => T): Setting<T> {
  return {
    env: options.env,
    fallback: options.default === undefined ? undefined : { value: options.default },
    read,
  };
}

/** A text that is not empty. */
export function text(options: SettingOptions<string> = {}): Setting<string> {
  return setting(options, (value) => {
    if (typeof value !== 'string' || value === '') throw new Error('must be a text that is not empty');
    return value;
  });
}

/** A whole number; `min` and `max` are inclusive. */
export function integer(
  options: SettingOptions<number> & { readonly min?: number; readonly max?: number } = {},
): Setting<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  return setting(options, (value) => {
    const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value;
    if (!Number.isSafeInteger(number)) throw new Error('must be a whole number');
    if ((number as number) < min || (number as number) > max) throw new Error(`must be from ${min} to ${max}`);
    return number as number;
  });
}

/** `true` or `false`. */
export function flag(options: SettingOptions<boolean> = {}): Setting<boolean> {
  return setting(options, (value) => {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw new Error('must be true or false');
  });
}

/** One of some words. */
export function oneOf<const W extends string>(words: readonly W[], options: SettingOptions<W> = {}): Setting<W> {
  return setting(options, (value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  });
}

/** Anything with a reader of its own; in the environment it is JSON text. The reader throws an Error that says what it must be. */
export function json<T>(read: (value: unknown) => T, options: SettingOptions<T> = {}): Setting<T> {
  return setting(options, (value) => {
    if (typeof value !== 'string') return read(value);
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      throw new Error('must be JSON');
    }
    return read(parsed);
  });
}

/**
 * Reads settings: the environment first, then the file, then the default. Throws a ConfigError that names every
 * problem at once, never the value: it may be a secret.
 * @param rules what is wrong with settings that each by itself are right; those that are wrong by themselves are absent
 */
export function readConfig<S extends Settings>(
  settings: S,
  sources: ConfigSources,
  rules: (config: Partial<ConfigOf<S>>) => readonly string[] = () => [],
): ConfigOf<S> {
  const problems: string[] = [];
  const file = readSettingsFile(sources.file, problems);
  for (const name of Object.keys(file)) {
    if (!(name in settings)) problems.push(`${sources.file}: there is no setting ${name}`);
  }
  const config: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(settings)) {
    const found = find(name, each, file, sources);
    try {
      if (found) config[name] = each.read(found.value);
      else if (each.fallback) config[name] = each.fallback.value;
      else problems.push(`${name} is not set${each.env ? `; set ${each.env}` : ''}`);
    } catch (error) {
      problems.push(`${found?.where ?? name} ${error instanceof Error ? error.message : 'is wrong'}`);
    }
  }
  problems.push(...rules(config as Partial<ConfigOf<S>>));
  if (problems.length > 0) throw new ConfigError(problems);
  return config as ConfigOf<S>;
}

function find(name: string, { env }: Setting<unknown>, file: object, sources: ConfigSources): Found | undefined {
  const variable = env === undefined ? undefined : sources.env[env];
  if (env !== undefined && variable !== undefined && variable !== '') return { value: variable, where: env };
  const value = (file as Record<string, unknown>)[name];
  return value === undefined ? undefined : { value, where: `${sources.file}: ${name}` };
}

function readSettingsFile(path: string | undefined, problems: string[]): object {
  if (path === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    problems.push(`${path} must hold a JSON object`);
  } catch (error) {
    problems.push(`${path} ${error instanceof SyntaxError ? 'is not JSON' : 'can not be read'}`);
  }
  return {};
}
