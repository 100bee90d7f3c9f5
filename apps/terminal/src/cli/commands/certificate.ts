import type { CommandContext } from '../command-context.ts';

/** `tegata certificate show` */
export async function show({ output, passwords, withTerminal }: CommandContext): Promise<void> {
  const password = await passwords.current();
  const shown = await withTerminal(({ lpa }) => lpa.showCertificate({ password }));
  const value = {
    eid: shown.eid,
    serialNumber: shown.serialNumber,
    assuranceLevel: shown.assuranceLevel,
    evidenceClass: shown.evidenceClass,
    verifyTime: shown.verifyTime?.toISOString() ?? null,
    expireTime: shown.expireTime?.toISOString() ?? null,
    attributeNames: shown.attributeNames,
    certificate: shown.certificate.toString('base64'),
  };
  output.result(value, [
    `Serial number  ${value.serialNumber}`,
    `EID            ${value.eid}`,
    `Assurance      level ${value.assuranceLevel}, by ${value.evidenceClass}`,
    `Verified       ${value.verifyTime ?? ''}`,
    `Valid until    ${value.expireTime ?? ''}`,
    `Attributes     ${value.attributeNames.join(', ')} (as digests; you choose which to disclose)`,
  ]);
}
