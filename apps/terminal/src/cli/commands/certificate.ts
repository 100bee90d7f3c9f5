import { writeFileSync } from 'node:fs';
import { fileError } from '../../evidence/picture-file.ts';
import { systemErrorCode } from '../../state/durable-file.ts';
import { TerminalError } from '../../terminal-error.ts';
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

/** `tegata certificate transfer` */
export async function transfer(
  { output, passwords, withTerminal }: CommandContext,
  { to, out }: { readonly to: string; readonly out?: string },
): Promise<void> {
  if (!/^[0-9]{32}$/.test(to)) throw new TerminalError('invalid', 'USAGE', '--to is an EID: 32 digits.');
  const password = await passwords.current();
  const request = { password, successorEid: to };
  const { transferCode } = await withTerminal(({ lpa }) => lpa.transferCertificate(request));
  if (out !== undefined) writeCode(out, transferCode);
  output.result({ transferCode, file: out ?? null }, [
    out === undefined ? transferCode : `The transfer code is in ${out}.`,
    '',
    `On the device with EID ${to}: tegata contract apply --carrier NAME --transfer FILE --camera page`,
    'It can be used once, within an hour, by that device and your face alone. Whoever sees it can read your name in it.',
    "When the other device has its certificate, this device's is revoked; contracts and profiles stay.",
  ]);
}

function writeCode(file: string, code: string): void {
  try {
    writeFileSync(file, `${code}\n`, { mode: 0o600 });
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw fileError(file, error);
  }
}
