import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Applicant } from '@tegata/contracts/management-v1';
import { type ContractProgress, type ContractRecord, Evidence } from '@tegata/contracts/terminal-v1';
import { TerminalProcess } from '@tegata/network';
import { applicant } from './device.ts';
import type { TestNetwork } from './test-network.ts';

/** Where a person's pictures are; of the document, or of its chip. */
export interface Pictures {
  readonly documentFile?: string;
  readonly chipDirectory?: string;
  /** card reader on which that document lies */
  readonly chipReader?: string;
  readonly framesDirectory?: string;
  /** a card that signs, in their place, and its PIN */
  readonly publicKeyDirectory?: string;
  readonly publicKeyPin?: string;
  /** of a device used before, in place of a document */
  readonly transferCode?: string;
}

/** Settings of the terminal's daemon. */
type TerminalEnvironment = Readonly<Record<string, string>>;

/** A person with a terminal of their own, whose daemon can be killed and started again. */
export class Person {
  static readonly password = 'a password for tests';
  terminal: TerminalProcess;
  /** Code that unlocks local authentication, shown once at registration. */
  resetCode = '';
  readonly #network: TestNetwork;
  readonly #folder: string;
  readonly #pictures: Evidence;
  readonly #env: TerminalEnvironment;

  private constructor(
    network: TestNetwork,
    folder: string,
    terminal: TerminalProcess,
    pictures: Pictures,
    env: TerminalEnvironment,
  ) {
    this.#network = network;
    this.#folder = folder;
    this.#env = env;
    this.terminal = terminal;
    this.#pictures = Evidence.fromPartial(pictures);
  }

  /** A new terminal with a registered password. */
  static async arrive(network: TestNetwork, pictures: Pictures, env: TerminalEnvironment = {}): Promise<Person> {
    const folder = await mkdtemp(join(tmpdir(), 'tegata-terminal-'));
    const person = new Person(network, folder, await startTerminal(network, folder, env), pictures, env);
    const registration = { password: Person.password, currentPassword: '' };
    person.resetCode = (await person.terminal.localUser.registerLocalAuthentication(registration)).resetCode;
    return person;
  }

  /** Starts the terminal's daemon again after it was killed. */
  async restartTerminal(): Promise<void> {
    this.terminal = await startTerminal(this.#network, this.#folder, this.#env);
  }

  /** Applies at a carrier and follows the application to its end. */
  apply(
    carrier: string,
    onStep: (step: string) => void = () => undefined,
    password = Person.password,
    named: Applicant = applicant,
    disclose: string[] = [],
  ) {
    return follow(
      this.terminal.contracts.apply({
        ...{ carrier, applicant: named, password, evidence: this.#pictures, disclose },
        screenLanguage: '',
      }),
      onStep,
    );
  }

  /** Applies with other evidence than this person's pictures. */
  applyWith(carrier: string, pictures: Pictures, named: Applicant = applicant) {
    const evidence = Evidence.fromPartial(pictures);
    const request = {
      carrier,
      applicant: named,
      password: Person.password,
      evidence,
      disclose: [],
      screenLanguage: '',
    };
    return follow(this.terminal.contracts.apply(request), () => undefined);
  }

  /** Goes on with the application that is open. */
  resume(onStep: (step: string) => void = () => undefined) {
    const call = { contractId: '', password: Person.password, evidence: this.#pictures, screenLanguage: '' };
    return follow(this.terminal.contracts.resume(call), onStep);
  }

  /** Folder of the terminal: its state and its log. */
  get folder(): string {
    return this.#folder;
  }

  async leave(): Promise<void> {
    await this.terminal.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const startTerminal = (network: TestNetwork, folder: string, env: TerminalEnvironment) => {
  const { networkFile } = network.network;
  return TerminalProcess.start(join(folder, 'state'), networkFile, join(folder, 'terminal.log'), env, ['--verbose']);
};

/** Follows an application; gives it as it was last shown. */
async function follow(
  answers: AsyncIterable<{ progress?: ContractProgress | undefined }>,
  onStep: (step: string) => void,
): Promise<ContractRecord | undefined> {
  let record: ContractRecord | undefined;
  for await (const { progress } of answers) {
    if (progress?.event?.$case === 'step') onStep(progress.event.value.step);
    if (progress?.event?.$case === 'contract') record = progress.event.value;
  }
  return record;
}
