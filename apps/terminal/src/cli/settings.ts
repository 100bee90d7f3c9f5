import { resolve } from 'node:path';
import { pcscdSocket } from '@tegata/card-reader';

/** Options that every command has. */
export interface GlobalOptions {
  readonly state?: string;
  readonly network?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
}

/** Where this run of the program finds things. */
export interface Settings {
  /** Folder of this terminal's state. */
  readonly stateDirectory: string;
  readonly networkFile: string;
  readonly verbose: boolean;
  /** File that holds the password. */
  readonly passwordFile: string | undefined;
  readonly passwordStdin: boolean;
  /** EID of the imported eUICC that a new state folder gets; absent: one is made. */
  readonly euiccEid: string | undefined;
  /** Whether the published test CIs of SGP.26 are believed where the PKI has them. */
  readonly acceptTestCis: boolean;
  /** Socket of pcscd, for card readers. */
  readonly pcscSocket: string;
}

/** Options first, then the environment, then what is usual in the workspace. */
export function settingsOf(options: GlobalOptions, env: Readonly<Record<string, string | undefined>>): Settings {
  const passwordFile = options.passwordFile ?? env.TEGATA_PASSWORD_FILE;
  return {
    stateDirectory: resolve(options.state ?? given(env.TEGATA_STATE) ?? '.tegata/terminal'),
    networkFile: resolve(options.network ?? given(env.TEGATA_NETWORK) ?? '.tegata/network.json'),
    verbose: options.verbose === true,
    passwordFile: given(passwordFile),
    passwordStdin: options.passwordStdin === true,
    euiccEid: given(env.TEGATA_EUICC_EID),
    acceptTestCis: env.TEGATA_ACCEPT_TEST_CIS === 'yes',
    pcscSocket: pcscdSocket(env),
  };
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
