import { textOf } from './workspace.ts';

/** Environment variables that a server reads. */
export interface ServerSettings {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/**
 * Reads the settings of a server out of its `config.ts`, where each is declared on one line: `name: text({ env: 'TEGATA_X' })`, with a
 * `default` when it is optional.
 *
 * @param app management, authentication or relay
 */
export function settingsOf(app: string): ServerSettings {
  const declared = [...textOf(`apps/${app}/src/config.ts`).matchAll(/\{ env: '(\w+)'([^}]*)\}/g)];
  const isOptional = ([, , rest = '']: RegExpMatchArray) => /\bdefault:/.test(rest);
  const names = (found: readonly RegExpMatchArray[]) => found.map(([, name = '']) => name).sort();
  return {
    required: names(declared.filter((each) => !isOptional(each))),
    optional: names(declared.filter(isOptional)),
  };
}
