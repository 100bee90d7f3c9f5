import { IdentityCertificatesService, IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import { Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService } from '@tegata/contracts/management-v1';
import { RegistrationService } from '@tegata/contracts/relay-v1';
import { ChangeListener } from '@tegata/database';
import { repeatInBackground } from '@tegata/operations';
import { type LoadOptions, loadManagementKeys, type ManagementKeys } from '@tegata/pki';
import {
  type Caller,
  type Connection,
  connect,
  implement,
  type ServiceImplementation,
  type Stoppable,
} from '@tegata/service-kit';
import { type Carrier, readCarrier } from './carrier.ts';
import type { ManagementConfig } from './config.ts';
import type { ManagementContext, SmDpContext } from './context.ts';
import { certificateStatusKeeper } from './contract-desk/certificate-status.ts';
import { contractDesk } from './contract-desk/contract-desk.ts';
import { forgetContracts } from './contract-desk/contract-retention.ts';
import { upkeepOfContracts } from './contract-desk/contract-upkeep.ts';
import type { Es12 } from './es2plus/sm-ds.ts';
import { retentionIntervalMs } from './retention.ts';

/** Largest message of a management server: sealed identity documents. */
export const maxMessageOctets = 8 * 1024 * 1024;
/** An ID photo is judged while its call waits. */
const idPhotoDeadlineMs = 120_000;
/** So is a document. */
const submissionDeadlineMs = 60_000;

/** A carrier, and the servers it works with. */
export interface CarrierNetwork {
  readonly carrier: Carrier;
  readonly keys: ManagementKeys;
  readonly authentication: Connection;
  readonly relay: Connection;
  /** The relay as an SM-DS. */
  readonly smDs: { readonly address: string; readonly es12: Es12 };
}

/** Reads who the carrier is, and describes the ways to authentication and relay. */
export async function carrierNetwork(config: ManagementConfig, loading: LoadOptions): Promise<CarrierNetwork> {
  const carrier = readCarrier(config.carrierFile);
  const keys = await loadManagementKeys(config.pki, carrier.name, loading);
  const { service } = keys;
  const connectTo = (address: string, server: Caller) =>
    connect({
      address,
      maxMessageOctets,
      security: { kind: 'mutual-tls', roots: service.roots, server, identity: service },
    });
  const authentication = connectTo(config.authentication, { role: 'authentication', name: undefined });
  const relay = connectTo(config.relay, { role: 'relay', name: undefined });
  const smDs = { address: config.relayAddress, es12: relay.client(Es12Service) };
  return { carrier, keys, authentication, relay, smDs };
}

/** What a management server does beside being an SM-DP+. */
export interface CarrierMode {
  readonly services: readonly ServiceImplementation[];
  /** Deadlines of calls that bring none, by method path. */
  readonly deadlines: Readonly<Record<string, number>>;
  /** Begins what is done without being asked. */
  start(): void;
  close(): Promise<void>;
}

/** The contract desk, with the work that nobody asks for. */
export function carrierMode(
  smDp: SmDpContext,
  { carrier, keys, authentication, relay }: CarrierNetwork,
  config: ManagementConfig,
  contractTokenKey: Uint8Array,
): CarrierMode {
  const { logger } = smDp;
  const changes = new ChangeListener({ url: config.databaseUrl, applicationName: `management/${carrier.name}` });
  const context: ManagementContext = {
    ...smDp,
    config,
    carrier,
    relayAddress: config.relayAddress,
    contractChanges: changes.on('contract'),
    contractTokenKey,
    keys,
    authentication: {
      verification: authentication.client(IdentityVerificationService),
      certificates: authentication.client(IdentityCertificatesService),
    },
    relay: { registration: relay.client(RegistrationService) },
  };
  let work: readonly Stoppable[] = [];
  return {
    services: [implement(ContractDeskService, contractDesk(context))],
    deadlines: {
      [ContractDeskService.submitCapture.path]: idPhotoDeadlineMs,
      [ContractDeskService.submitContractInformation.path]: submissionDeadlineMs,
    },
    start() {
      work = [
        repeatInBackground('contracts', config.upkeepIntervalMs, () => upkeepOfContracts(context), logger),
        repeatInBackground('retention of contracts', retentionIntervalMs, () => forgetContracts(context), logger),
        repeatInBackground('certificate status', config.statusIntervalMs, certificateStatusKeeper(context), logger),
      ];
    },
    async close() {
      await Promise.all(work.map((each) => each.stop()));
      authentication.close();
      relay.close();
      await changes.close();
    },
  };
}
