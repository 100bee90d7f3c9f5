import { encodeTlv } from '@tegata/der';
import { ECASD_AID, ISD_R_AID, ISDRProprietaryApplicationTemplate, packEid } from '@tegata/rsp';
import { SVN } from '../isd-r/euicc-information.ts';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import type { SecurityDomain } from './logical-channel.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

const FCI_TEMPLATE = 0x6f;
const DF_NAME = 0x84;
const PROPRIETARY = 0xa5;
const MAXIMUM_DATA_LENGTH = 0x9f65;
const EID = 0x5a;

/** AIDs of the security domains, in the order in which a part of them finds them. */
export const SECURITY_DOMAINS: readonly { readonly domain: SecurityDomain; readonly aid: Uint8Array }[] = [
  { domain: 'ISD-R', aid: ISD_R_AID },
  { domain: 'ECASD', aid: ECASD_AID },
];

/**
 * What SELECT of a security domain answers: FCI with its name and the longest data of a command (GlobalPlatform Card
 * Specification section 11.9.3.1); that of the ISD-R says which SGP.22 it follows, too (SGP.22 section 5.7.1).
 */
export function securityDomainInformation(domain: SecurityDomain): Uint8Array {
  const aid = domain === 'ISD-R' ? ISD_R_AID : ECASD_AID;
  const proprietary = encodeTlv(PROPRIETARY, encodeTlv(MAXIMUM_DATA_LENGTH, Uint8Array.of(0xff)));
  const template = domain === 'ISD-R' ? [ISDRProprietaryApplicationTemplate.encode({ svn: SVN })] : [];
  return encodeTlv(FCI_TEMPLATE, encodeTlv(DF_NAME, aid), proprietary, ...template);
}

/**
 * GET DATA of the ECASD: the EID, tag 5A (SGP.22 section 4.3.1).
 *
 * @throws StatusWordError 6A88 for other data
 */
export function ecasdData(eid: string, { p1, p2 }: CommandApdu): ResponseApdu {
  if (p1 !== 0 || p2 !== EID) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
  return { data: encodeTlv(EID, packEid(eid)), statusWord: STATUS_WORD.NORMAL };
}
