import { fromHex, toHex } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';

/** A response APDU, as hexadecimal digits. */
export interface Response {
  readonly data: string;
  /** status word */
  readonly sw: string;
}

/** Sends a command of hexadecimal digits; blanks are for the reader. */
export async function transmit({ apdu }: Pick<Euicc, 'apdu'>, command: string): Promise<Response> {
  const response = toHex(await apdu.transmit(fromHex(command.replaceAll(' ', ''))));
  return { data: response.slice(0, -4), sw: response.slice(-4) };
}

/** Status word of a command. */
export async function statusWord(euicc: Pick<Euicc, 'apdu'>, command: string): Promise<string> {
  return (await transmit(euicc, command)).sw;
}

/** SELECT of an application by its AID, or the beginning of it. */
export function selectApplication(euicc: Pick<Euicc, 'apdu'>, aid: string): Promise<Response> {
  return transmit(euicc, `00A40404 ${lengthOf(aid)} ${aid} 00`);
}

/** SELECT of a file by its path from the MF, or with 7FFF from the current application. */
export function selectPath(euicc: Pick<Euicc, 'apdu'>, path: string): Promise<Response> {
  return transmit(euicc, `00A40804 ${lengthOf(path)} ${path} 00`);
}

/** Content of a transparent file of up to 256 octets, under the MF or in an application. */
export async function readFile(euicc: Pick<Euicc, 'apdu'>, path: string, aid?: string): Promise<string> {
  if (aid !== undefined) await selectApplication(euicc, aid);
  await selectPath(euicc, aid === undefined ? path : `7FFF${path}`);
  return (await transmit(euicc, '00B0000000')).data;
}

/** The length octet of hexadecimal digits. */
export function lengthOf(digits: string): string {
  return (digits.replaceAll(' ', '').length / 2).toString(16).padStart(2, '0').toUpperCase();
}
