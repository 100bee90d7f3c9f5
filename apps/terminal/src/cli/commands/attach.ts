import type { CommandContext } from '../command-context.ts';

/** `tegata attach` */
export async function attach({ output, withTerminal }: CommandContext): Promise<void> {
  const attached = await withTerminal(({ lpa }) => lpa.attach({}));
  const { imsi, msisdn, networkName, iccid, resynchronised } = attached;
  output.result({ attached: true, imsi, msisdn, networkName, iccid, resynchronised }, [
    `Attached to ${output.style('strong', networkName)}.`,
    `Number  ${msisdn}`,
    `IMSI    ${imsi}`,
    `ICCID   ${iccid}`,
    ...(resynchronised ? ['The sequence number of the USIM was resynchronised.'] : []),
  ]);
}
