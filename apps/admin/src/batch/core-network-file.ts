import type { SecurityDomainKey, StoredProfile } from '@tegata/contracts/management-v1';
import { qrCodeText } from '@tegata/rsp';
import { stringify } from 'csv-stringify/sync';
import { putFile } from '../durable-file.ts';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** `AID/version/identifier/type:key`, hexadecimal. */
const keyText = ({ securityDomain, version, identifier, type, key }: SecurityDomainKey): string =>
  `${hex(securityDomain)}/${[version, identifier, type].map((octet) => hex(Buffer.of(octet))).join('/')}:${hex(key)}`;

/**
 * Writes what the core network and the letters to subscribers need of imported profiles: CSV with a header line, keys in
 * hexadecimal, OPc and not OP. Whole and on the disk when this resolves, and readable by its owner alone.
 */
export async function writeCoreNetworkFile(path: string, profiles: readonly StoredProfile[]): Promise<void> {
  const rows = profiles.map(({ ki, opc, order, securityDomainKeys, ...texts }) => ({
    iccid: texts.iccid,
    imsi: texts.imsi,
    msisdn: texts.msisdn,
    ki: hex(ki),
    opc: hex(opc),
    // Every profile made of a row has Milenage, whatever its template had (docs/profile-package.md).
    algorithm: 'milenage',
    pin1: texts.pin1,
    puk1: texts.puk1,
    pin2: texts.pin2,
    puk2: texts.puk2,
    adm1: texts.adm1,
    security_domain_keys: securityDomainKeys.map(keyText).join(' '),
    eid: order?.eid ?? '',
    matching_id: order?.matchingId ?? '',
    activation_code: order?.activationCode ? qrCodeText(order.activationCode) : '',
  }));
  await putFile(path, Buffer.from(stringify(rows, { header: true })), 0o600);
}
