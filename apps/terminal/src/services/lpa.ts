import { randomBytes } from 'node:crypto';
import { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import { LpaService, type ShowCertificateResponse } from '@tegata/contracts/terminal-v1';
import type { Euicc } from '@tegata/euicc';
import { parseIdentityCertificate } from '@tegata/identity';
import { ProfileState } from '@tegata/rsp';
import { implement, refusal, type ServiceImplementation } from '@tegata/service-kit';
import type { RecordStore } from '../application/record-store.ts';
import { locked, wrongPassword } from '../application/stages/authenticate-locally.ts';
import type { Discovery } from '../daemon/discovery.ts';
import type { LpaContext } from '../daemon/provisioning.ts';
import { writeTransferCode } from '../evidence/transfer-code.ts';
import { networkAccessOver } from '../network/network-access-client.ts';
import { TerminalError } from '../terminal-error.ts';
import { attach } from '../usim/attach.ts';
import { noProfileEnabled } from '../usim/usim.ts';
import { euiccHandlers } from './euicc-handlers.ts';
import { downloadHandlers } from './profile-download.ts';

/** What the service works with. */
export interface LpaServiceContext extends LpaContext {
  readonly euicc: Euicc;
  readonly store: RecordStore;
  readonly discovery: Discovery;
  /** Reads what is needed of the network; called before a server is. */
  readonly loadNetwork: () => Promise<void>;
}

/** An assertion made to see one's own certificate is for no carrier; it goes nowhere. */
const noCarrierOid = '2.999';

/** tegata.terminal.v1.Lpa: what the user does with the eUICC beside profile management. */
export function lpaService(context: LpaServiceContext): ServiceImplementation {
  const { euicc, network, discovery, loadNetwork } = context;
  return implement(LpaService, {
    ...downloadHandlers(context),
    ...euiccHandlers(context),

    showCertificate: ({ password }) => showCertificate(euicc, password),

    transferCertificate: async ({ password, successorEid }) => ({
      transferCode: await transferCertificate(euicc, password, successorEid),
    }),

    attach: async () => {
      const enabled = (await euicc.es10c.getProfilesInfo()).find(
        ({ profileState }) => profileState === ProfileState.enabled,
      );
      if (enabled === undefined) throw noProfileEnabled();
      await loadNetwork();
      const { iccid = '' } = enabled;
      const attached = await attach(euicc.apdu.transmit, (imsi) =>
        networkAccessOver(network.to(carrierAddress(context, iccid, imsi))),
      );
      return { ...attached, iccid };
    },

    getDiscovery: async () => ({ atPowerOn: discovery.atPowerOn, results: discovery.results }),

    setDiscovery: async ({ atPowerOn }) => {
      await discovery.switch(atPowerOn);
      return {};
    },
  });
}

/** The carrier of a profile: that of the contract it came with, else the one whose country and network code the IMSI begins with. */
function carrierAddress({ store, network }: LpaServiceContext, iccid: string, imsi: string): string {
  const record = store.all().find((candidate) => 'iccid' in candidate && candidate.iccid === iccid);
  if (record !== undefined) return network.carrier(record.carrier).address;
  const carrier = network.file.carriers.find(({ plmn }) => plmn !== undefined && imsi.startsWith(plmn));
  if (carrier !== undefined) return carrier.address;
  throw new TerminalError(
    'not-found',
    'CARRIER_OF_PROFILE_UNKNOWN',
    `The profile ${iccid} came with no contract of this terminal, and no carrier of the network file has its numbers.`,
  );
}

async function showCertificate(euicc: Euicc, password: string): Promise<ShowCertificateResponse> {
  const { localAuthentication, certificateStore } = euicc;
  if (!(await certificateStore.isStored())) throw refusal('NO_CERTIFICATE');
  const contractId = randomBytes(16);
  const binding = { contractId, nonce: randomBytes(32), carrierOid: noCarrierOid };
  const { success, triesLeft } = await localAuthentication.authenticate(password, binding, new Date());
  if (!success) throw triesLeft === 0 ? locked() : wrongPassword(triesLeft);
  const issued = IssuedCertificate.decode(await certificateStore.releaseCertificate(contractId));
  const [first = Buffer.alloc(0)] = issued.certificateChain;
  const { certificate, eid, assuranceLevel, evidenceClass, verifiedAt, attributeDigests } =
    parseIdentityCertificate(first);
  return {
    certificate: first,
    eid,
    assuranceLevel,
    evidenceClass,
    verifyTime: verifiedAt,
    expireTime: certificate.notAfter,
    attributeNames: [...attributeDigests.keys()],
    serialNumber: certificate.serialNumber.toUpperCase(),
  };
}

/** The eUICC's statement for another EID, with what opens the certificate's attributes, which the other device will show. */
async function transferCertificate(euicc: Euicc, password: string, successorEid: string): Promise<string> {
  const { localAuthentication, certificateStore } = euicc;
  const transferId = randomBytes(16);
  const attempt = await localAuthentication.signTransfer(password, { transferId, successorEid }, new Date());
  if (!attempt.success) throw attempt.triesLeft === 0 ? locked() : wrongPassword(attempt.triesLeft);
  const { attributeOpenings } = IssuedCertificate.decode(await certificateStore.releaseCertificate(transferId));
  return writeTransferCode({
    transferStatement: Buffer.from(attempt.transferStatement),
    attributes: attributeOpenings,
  });
}
