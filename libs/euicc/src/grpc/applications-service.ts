import { ApplicationsService, ApplicationKind as KindValue } from '@tegata/contracts/euicc-v1';
import { fromHex } from '@tegata/rsp';
import { implement, type ServiceImplementation } from '@tegata/service-kit';
import type { Euicc } from '../euicc.ts';
import type { InstalledApplication } from '../isd-r/installed-applications.ts';
import { answering } from './euicc-refusal.ts';

const KINDS: Readonly<Record<InstalledApplication['kind'], KindValue>> = {
  'ISD-R': KindValue.ISD_R,
  ECASD: KindValue.ECASD,
  'ISD-P': KindValue.ISD_P,
  'security-domain': KindValue.SECURITY_DOMAIN,
  'remote-file-management': KindValue.REMOTE_FILE_MANAGEMENT,
  'executable-load-file': KindValue.EXECUTABLE_LOAD_FILE,
  application: KindValue.APPLICATION,
};

/** tegata.euicc.v1.Applications over an eUICC. */
export function applicationsService(euicc: Euicc): ServiceImplementation {
  return implement(ApplicationsService, {
    listApplications: async () => ({
      applications: (await answering(() => euicc.installedApplications())).map(
        ({ aid, kind, lifeCycleState, isdpAid = '' }) => ({
          aid: Buffer.from(fromHex(aid)),
          kind: KINDS[kind],
          lifeCycleState,
          isdpAid: Buffer.from(isdpAid, 'hex'),
        }),
      ),
    }),
  });
}
