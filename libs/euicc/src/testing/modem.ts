import { classOnChannel, fromHex, storeDataCommands, toHex } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import { newEuicc } from './test-euicc.ts';
import { metadataFor, TestSmdp } from './test-smdp.ts';

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

/**
 * One ES10 command to the ISD-R on a channel, as an LPA on a T=0 terminal sends it: STORE DATA without Le, then GET RESPONSE
 * for as long as there is more.
 *
 * @param request DER, as hexadecimal digits or octets
 */
export async function storeData(
  { apdu }: Pick<Euicc, 'apdu'>,
  request: string | Uint8Array,
  { channel = 1, blockOctets }: { readonly channel?: number; readonly blockOctets?: number } = {},
): Promise<Response> {
  const octets = typeof request === 'string' ? fromHex(request.replaceAll(' ', '')) : request;
  let response: Uint8Array = new Uint8Array(0);
  for (const command of storeDataCommands(octets, channel, blockOctets)) {
    response = await apdu.transmit(command);
    if (!['90', '61', '91'].includes(toHex(response.subarray(-2, -1)))) break;
  }
  let data = response.subarray(0, -2);
  while (response.at(-2) === 0x61) {
    response = await apdu.transmit(Uint8Array.of(classOnChannel(0x00, channel), 0xc0, 0, 0, response.at(-1) ?? 0));
    data = Buffer.concat([data, response.subarray(0, -2)]);
  }
  return { data: toHex(data), sw: toHex(response.subarray(-2)) };
}

/** Opens a channel and selects the ISD-R there; answers the number of the channel. */
export async function openIsdR(euicc: Pick<Euicc, 'apdu'>): Promise<number> {
  const opened = await transmit(euicc, '0070000001');
  const channel = Number.parseInt(opened.data, 16);
  const cla = classOnChannel(0x00, channel).toString(16).padStart(2, '0');
  const selected = await transmit(euicc, `${cla}A4040010A0000005591010FFFFFFFF890000010000`);
  if (selected.sw !== '9000') throw new Error(`the ISD-R was not selected: ${selected.sw}`);
  return channel;
}

/** A new eUICC in which the profile of this package is enabled. */
export async function enabledCard(upp: Uint8Array, iccid: string): Promise<Euicc> {
  const { euicc } = await newEuicc();
  await new TestSmdp().install(euicc, upp, metadataFor(iccid));
  await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
  return euicc;
}
