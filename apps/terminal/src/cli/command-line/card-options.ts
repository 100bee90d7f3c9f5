import { Option } from 'commander';

/** Where an option of a card's commands means nothing to the eUICC of this terminal. */
export const withReader = ', with --reader';

/** An option of the commands that work with the eUICC of a card in a reader, too. */
export class CardOption extends Option {}

export const readerOption = () =>
  new CardOption(
    '--reader [name]',
    "the eUICC of the card in a card reader; part of the reader's name, when there are several (--reader=NAME where the word could be the command's own)",
  );

export const connectOption = (where = '') =>
  new CardOption(
    '--connect <place>',
    `FQDN=host:port: connect there instead of what DNS says${where} (repeatable)`,
  ).argParser(collect);

export const caOption = (where = '') =>
  new CardOption('--ca <file>', `certificate issuers of the TLS certificates${where}, PEM or DER`);

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
