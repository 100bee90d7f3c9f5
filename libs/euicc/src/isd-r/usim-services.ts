import type { FileSystem } from '@tegata/profile-package';

const EF_UST = 0x6f38;
/** Services of EF.UST that need functions of the platform which this eUICC lacks: GBA and MBMS security (TS 31.102). */
const LACKING_SERVICES: readonly number[] = [68, 69];

/**
 * Takes services out of EF.UST that the platform can't provide, as an eUICC does while it installs a profile (PE-USIM of the TCA
 * profile format). A package that demands such a service in its header never comes here.
 */
export function withoutLackingServices(files: FileSystem): void {
  for (const application of files.applications) {
    const table = application.files.get(EF_UST);
    if (table?.kind !== 'ef') continue;
    const { body } = table;
    body.octets = body.octets.map((octet, i) =>
      LACKING_SERVICES.reduce(
        (left, service) => ((service - 1) >> 3 === i ? left & ~(1 << ((service - 1) & 7)) : left),
        octet,
      ),
    );
  }
}
