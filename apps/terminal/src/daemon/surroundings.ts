import { randomBytes } from 'node:crypto';
import { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import type { ProfileInfo } from '@tegata/contracts/gsma-rsp-v2';
import type { Euicc } from '@tegata/euicc';
import { createDataAcquisitionKey } from '@tegata/identity';
import { enableProfile, LpaError } from '@tegata/lpa';
import type { CertificateStore, LocalAuthenticator, Profiles } from '../application/ports.ts';
import type { RecordStore } from '../application/record-store.ts';
import { pause, retrying } from '../application/retry.ts';
import type { ApplicationSurroundings } from '../application/run.ts';
import { cameraFrom } from '../capture/camera-source.ts';
import { startFrameInspector } from '../capture/frame-inspector.ts';
import { challengeChipInReader } from '../evidence/chip-reader.ts';
import { contractDeskOver } from '../network/contract-desk-client.ts';
import { sealingUnder } from '../network/sealing.ts';
import { uuidOctets } from '../octets.ts';
import { profileMessage } from '../services/es10-messages.ts';
import { TerminalError } from '../terminal-error.ts';
import { Usim } from '../usim/usim.ts';
import { type LpaContext, provisioningThrough } from './provisioning.ts';

/** Everything that contract applications need, from the eUICC, the network and this machine. */
export function surroundingsOf(
  context: LpaContext & { readonly euicc: Euicc },
  store: RecordStore,
  pcscSocket: string,
): ApplicationSurroundings {
  const { euicc, network } = context;
  const now = () => new Date();
  return {
    eid: euicc.eid,
    localAuthenticator: localAuthenticatorOf(euicc),
    certificates: certificateStoreOf(euicc),
    profiles: profilesOf(euicc),
    seal: (...sealed) => sealingUnder(network.identityRoot, now)(...sealed),
    camera: cameraFrom,
    challengeChip: (password, challenge, reading) =>
      challengeChipInReader(password, challenge, { ...reading, socket: pcscSocket }),
    inspector: startFrameInspector,
    random: randomBytes,
    desk: (carrier) => contractDeskOver(network.to(network.carrier(carrier).address)),
    provisioning: (relayAddress) => provisioningThrough(context, relayAddress),
    makeDataAcquisitionKey: (evidenceDigest) =>
      createDataAcquisitionKey({ eid: euicc.eid, evidenceDigest, random: randomBytes }),
    retry: retrying({ tries: 4, firstWaitMs: 250, random: Math.random }),
    patience: { decisionMs: 120_000, silentMs: 3_000, pollMs: 2_000 },
    wait: pause,
    now,
    microseconds: () => performance.now() * 1000,
    save: (record) => store.save(record),
  };
}

function localAuthenticatorOf({ localAuthentication }: Euicc): LocalAuthenticator {
  return {
    status: async () => {
      const { passwordRegistered: registered, triesLeft } = await localAuthentication.getStatus();
      return { registered, triesLeft };
    },
    authenticate: ({ password, contractId, nonce, carrierOid, time }) =>
      localAuthentication.authenticate(password, { contractId: uuidOctets(contractId), nonce, carrierOid }, time),
    signCapture: ({ contractId, identityProofRequestId, time, ...segment }) => {
      const ids = {
        contractId: uuidOctets(contractId),
        identityProofRequestId: uuidOctets(identityProofRequestId),
      };
      return localAuthentication.signCapture({ ...segment, ...ids }, time);
    },
  };
}

function certificateStoreOf({ certificateStore }: Euicc): CertificateStore {
  return {
    isStored: () => certificateStore.isStored(),
    release: async (contractId) =>
      IssuedCertificate.decode(await certificateStore.releaseCertificate(uuidOctets(contractId))),
    store: (certificate) => certificateStore.storeCertificate(IssuedCertificate.encode(certificate).finish()),
  };
}

function profilesOf({ es10c, apdu }: Euicc): Profiles {
  return {
    find: async (iccid): Promise<ProfileInfo | undefined> =>
      (await es10c.getProfilesInfo()).map(profileMessage).find((profile) => profile.iccid === iccid),
    enable: async (iccid) => {
      try {
        await enableProfile(es10c, iccid);
      } catch (cause) {
        if (!(cause instanceof LpaError)) throw cause;
        throw new TerminalError('precondition', 'PROFILE_NOT_ENABLED', cause.message, { cause });
      }
    },
    readImsi: async () => (await Usim.select(apdu.transmit)).readImsi(),
  };
}
