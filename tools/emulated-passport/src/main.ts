import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Card, stayInReader } from '@tegata/card-reader';
import { EmulatedPassport, type OfferedPace } from '@tegata/emrtd/emulated-chip';
import { testHolder } from '@tegata/emrtd/testing';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AnswersBy, issuePassport, passwordOf, readPassport } from './passport-folder.ts';

/** Curves by their numbers in ICAO 9303-11 table 6. */
const curves: Readonly<Record<string, number>> = {
  secp256r1: 12,
  brainpoolP256r1: 13,
  secp384r1: 15,
  brainpoolP384r1: 16,
  brainpoolP512r1: 17,
  secp521r1: 18,
};
/** Curves for chip authentication, by their names in OpenSSL. */
const agreementCurves: readonly string[] = ['prime256v1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'];
const ciphers: readonly OfferedPace['cipher'][] = ['3des', 'aes-128', 'aes-192', 'aes-256'];

interface InsertOptions {
  readonly chip: string;
  readonly host: string;
  readonly port: number;
  readonly access: 'bac' | 'pace' | 'both';
  readonly cipher: OfferedPace['cipher'];
  readonly curve: string;
  readonly can?: string;
  readonly largestResponse: number;
}

/** Keeps an emulated passport in vpcd's reader until the signal. */
async function insert(options: InsertOptions, signal: AbortSignal): Promise<void> {
  const { files, ...keys } = readPassport(options.chip);
  const mrz = passwordOf(files, new Date());
  const pace = options.access === 'bac' ? [] : [{ cipher: options.cipher, parameterId: curves[options.curve]! }];
  const { can, largestResponse } = options;
  const bac = options.access !== 'pace';
  const passport = new EmulatedPassport({ files, mrz, can, pace, bac, largestResponse, ...keys, random: randomBytes });
  const card: Card = {
    longestCommand: 65_544,
    transmit: (command) => passport.transmit(command),
    reset: () => passport.reset(),
  };
  console.error(`Document number ${mrz.documentNumber}, born ${mrz.birthDate}, valid until ${mrz.expiryDate}.`);
  const tell = (line: string) => console.error(line);
  await stayInReader({ host: options.host, port: options.port }, card, { name: 'The passport', signal, tell });
}

function makeProgram(signal: AbortSignal): Command {
  const program = new Command('tegata-passport').description(
    'a passport with a chip, for tests: issues one, and puts it in a reader',
  );
  program
    .command('issue')
    .description(
      'issue a passport by a country made for it: EF_SOD.bin, EF_DG1.bin and so on, csca.cer, and the key of its chip',
    )
    .requiredOption('--out <directory>', 'where to write')
    .requiredOption('--portrait <file>', 'portrait as it goes into the chip, JPEG or JPEG 2000')
    .option('--family-name <name>', 'in capital letters', testHolder.primaryIdentifier)
    .option('--given-name <name>', 'in capital letters', testHolder.secondaryIdentifier)
    .option('--birth-date <date>', 'YYYY-MM-DD', day, testHolder.birthDate)
    .option('--expiry-date <date>', 'YYYY-MM-DD', day, testHolder.expiryDate)
    .option('--document-number <number>', 'up to nine letters and digits', testHolder.documentNumber)
    .addOption(
      new Option('--active-authentication <key>', 'by what it shows that it is no copy')
        .choices(['ecdsa', 'rsa', 'none'])
        .default('ecdsa'),
    )
    .addOption(
      new Option(
        '--chip-authentication <curve>',
        'by a key on this curve, with AES-128; not done where it is not given',
      ).choices(agreementCurves),
    )
    .action((given: Readonly<Record<string, string>>) => {
      const { familyName, givenName, birthDate, expiryDate, documentNumber } = given;
      const named = {
        primaryIdentifier: familyName!,
        secondaryIdentifier: givenName!,
        birthDate: birthDate!,
        expiryDate: expiryDate!,
        documentNumber: documentNumber!,
      };
      issuePassport(given.out!, { ...testHolder, ...named }, readFileSync(given.portrait!), {
        answersBy: given.activeAuthentication as AnswersBy,
        agreesOn: given.chipAuthentication,
      });
      console.error(`Issued into ${given.out}; trust it by csca.cer (TEGATA_CSCA_FOLDER).`);
    });
  program
    .command('insert')
    .description('put a passport in the virtual reader of vpcd until Ctrl-C')
    .requiredOption(
      '--chip <directory>',
      'its files, as `issue` or the sample applicant writes them; without the key among them it is a copy',
    )
    .option('--host <host>', 'where vpcd listens', '127.0.0.1')
    .option('--port <port>', 'its port', wholeNumber(1, 65_535), 35_963)
    .addOption(new Option('--access <how>', 'how it can be read').choices(['bac', 'pace', 'both']).default('both'))
    .addOption(new Option('--cipher <cipher>', 'of PACE').choices([...ciphers]).default('aes-128'))
    .addOption(new Option('--curve <curve>', 'of PACE').choices(Object.keys(curves)).default('brainpoolP256r1'))
    .option('--can <number>', 'card access number, six digits')
    .option('--largest-response <octets>', 'more than 256: with extended lengths', wholeNumber(256, 65_536), 256)
    .action((options: InsertOptions) => insert(options, signal));
  return program;
}

function day(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError('a date is YYYY-MM-DD');
  return text;
}

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`a number from ${least} to ${most} is wanted`);
  }
  return value;
};

export async function run(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  try {
    await makeProgram(stop.signal).parseAsync([...argv]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
