import { resolve } from 'node:path';
import { readChipInReader, writeChip } from '../../evidence/chip-reader.ts';
import { type ChipPasswordOptions, chipPasswordFrom } from '../chip-password.ts';
import type { CommandContext } from '../command-context.ts';

/** `tegata chip read` */
export async function read(
  { output, prompts, settings, signal }: CommandContext,
  options: ChipPasswordOptions & { readonly out: string; readonly reader?: string },
): Promise<void> {
  const password = await chipPasswordFrom(options, prompts);
  const tell = (line: string) => output.progress(line);
  const { reader } = options;
  const reading = await readChipInReader(password, { reader, socket: settings.pcscSocket, signal, tell });
  const directory = resolve(options.out);
  writeChip(reading, directory);
  const { access, chipAuthentication } = reading;
  output.result({ directory, access, chipAuthentication }, [
    `The files of the chip are in ${directory}.`,
    ...(chipAuthentication ? ['It has shown to this reader that it is the chip that was issued.'] : []),
  ]);
}
