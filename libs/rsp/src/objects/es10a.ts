import { type Decoded, integer, optional, sequence } from '@tegata/der';
import { serverAddress } from './elements.ts';

/** ES10a: addresses of the servers an eUICC knows (SGP.22 sections 5.7.3, 5.7.4). */

/** BF3C: GetEuiccConfiguredAddresses. */
export const EuiccConfiguredAddressesRequest = sequence(0xbf3c, {});

export const EuiccConfiguredAddressesResponse = sequence(0xbf3c, {
  defaultDpAddress: optional(serverAddress(0x80)),
  rootDsAddress: serverAddress(0x81),
});
export type EuiccConfiguredAddressesResponse = Decoded<typeof EuiccConfiguredAddressesResponse>;

/** BF3F: SetDefaultDpAddress; an empty address removes it. */
export const SetDefaultDpAddressRequest = sequence(0xbf3f, { defaultDpAddress: serverAddress(0x80) });
export type SetDefaultDpAddressRequest = Decoded<typeof SetDefaultDpAddressRequest>;

export const SetDefaultDpAddressResult = { ok: 0, undefinedError: 127 } as const;

export const SetDefaultDpAddressResponse = sequence(0xbf3f, {
  /** see `SetDefaultDpAddressResult` */
  setDefaultDpAddressResult: integer(0x80),
});
export type SetDefaultDpAddressResponse = Decoded<typeof SetDefaultDpAddressResponse>;
