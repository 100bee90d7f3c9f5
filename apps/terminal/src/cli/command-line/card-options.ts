import { Option } from 'commander';

/** Where an option of a card's commands means nothing to the eUICC of this terminal. */
export const withReader = ', with --reader';

export const readerOption = () =>
  new Option(
    '--reader [name]',
    'the eUICC of the card in a card reader; part of its name, when there are several (put it last: it takes the word behind it)',
  );

export const connectOption = (where = '') =>
  new Option(
    '--connect <place>',
    `FQDN=host:port: connect there instead of what DNS says${where} (repeatable)`,
  ).argParser(collect);

export const caOption = (where = '') =>
  new Option('--ca <file>', `certificate issuers of the TLS certificates${where}, PEM or DER`);

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
