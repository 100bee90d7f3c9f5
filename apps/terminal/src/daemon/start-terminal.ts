import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { pcscdSocket } from '@tegata/card-reader';
import { euiccRefusal, euiccServices } from '@tegata/euicc';
import { createLogger, createServer, type Logger } from '@tegata/service-kit';
import { ContractApplications } from '../application/contract-applications.ts';
import { RecordStore } from '../application/record-store.ts';
import { RegistrationClock, RegistrationSteps } from '../application/registration-steps.ts';
import { pause } from '../application/retry.ts';
import { RspRoutes } from '../network/rsp-routes.ts';
import { TerminalNetwork } from '../network/terminal-network.ts';
import { contractsService } from '../services/contracts.ts';
import { localUserService } from '../services/local-user.ts';
import { lpaService } from '../services/lpa.ts';
import { terminalRefusal } from '../services/refusals.ts';
import { DiscoverySetting } from '../state/discovery-setting.ts';
import { openStateDirectory, prepareSocket } from '../state/state-directory.ts';
import { BackgroundDelivery } from './background-delivery.ts';
import { Discovery, discoverWith } from './discovery.ts';
import { openEuicc } from './open-euicc.ts';
import { deliverThrough, type LpaContext } from './provisioning.ts';
import { surroundingsOf } from './surroundings.ts';
import { Turns } from './turns.ts';

/** How a terminal is started. */
export interface TerminalOptions {
  /** EID of the imported eUICC that a new state folder gets; absent: one is made. */
  readonly euiccEid?: string | undefined;
  /** Whether the published test CIs of SGP.26 are believed where the PKI has them; not unless said. */
  readonly acceptTestCis?: boolean;
  /** Folder of its state; made where it is missing. */
  readonly stateDirectory: string;
  readonly networkFile: string;
  /** Whether other programs shall find it (`tegata.sock` in the state folder): a daemon. */
  readonly published: boolean;
  /** Told in a sentence what a user may want to know, such as that a new eUICC was made. */
  readonly onStarted?: (note: string) => void;
  /** Socket of pcscd, for documents in card readers; absent: where it usually is. */
  readonly pcscSocket?: string;
  /** Log of the daemon; without one only faults are written, to standard error. */
  readonly logger?: Logger;
}

/** A terminal at work. */
export interface RunningTerminal {
  /** Path of the socket that its services are called at. */
  readonly socket: string;
  readonly eid: string;
  /** Lets calls in progress end, closes the socket and powers the eUICC off. */
  stop(): Promise<void>;
}

/** Longest time of a call that brings no deadline: it may talk to servers. Streamed applications have none. */
const defaultDeadlineMs = 120_000;
/** A command waits this long for another one to give the eUICC back, in milliseconds. */
const euiccPatienceMs = 5_000;

/**
 * Starts a terminal: its eUICC (manufactured on first use), and on a socket file of the user's own the services of the eUICC
 * (Es10a, Es10b, Es10c, Apdu, LocalAuthentication, CertificateStore), of the terminal (LocalUser, Contracts, Lpa), health
 * and reflection. One state folder has one running terminal: the lock of the eUICC's memory sees to that.
 */
export async function startTerminal(options: TerminalOptions): Promise<RunningTerminal> {
  const { published, onStarted = () => {} } = options;
  const logger = options.logger ?? createLogger('terminal', { level: 'error', destination: process.stderr });
  const state = openStateDirectory(options.stateDirectory);
  const network = new TerminalNetwork(options.networkFile, options.acceptTestCis);
  const routes = new RspRoutes(network);
  const euicc = await openEuicc({
    directory: state.euicc,
    network: () => network.file,
    eid: options.euiccEid,
    patienceMs: published ? 0 : euiccPatienceMs,
    onManufactured: (eid) => onStarted(`A new eUICC was manufactured for this terminal: EID ${eid}.`),
  });
  try {
    const loadNetwork = async () => network.load(await euicc.es10b.getEuiccInfo1());
    if (published) await loadNetwork();
    const store = new RecordStore(state.contracts, (error) =>
      logger.warn({ err: error }, 'a contract record is damaged'),
    );
    const steps = new RegistrationSteps(state.registrationSteps);
    const context = { euicc, network, routes, sessions: new Turns(), deliveries: new Turns(), store, loadNetwork };
    const beginDiscovery = published ? () => discoverWith(context, logger) : undefined;
    const discovery = new Discovery(new DiscoverySetting(state.discovery), beginDiscovery);
    const surroundings = surroundingsOf(context, store, options.pcscSocket ?? pcscdSocket({}));
    const { now, microseconds } = surroundings;
    const applications = new ContractApplications(surroundings, store, steps, randomBytes);
    const socket = prepareSocket(state, published);
    const server = createServer({
      name: 'terminal',
      logger,
      listeners: [{ address: `unix:${socket}`, security: { kind: 'local' } }],
      services: [
        ...euiccServices(euicc),
        localUserService({ euicc, steps, clock: new RegistrationClock(now, microseconds) }),
        contractsService({ applications, loadNetwork }),
        lpaService({ ...context, discovery }),
      ],
      errorMappers: [terminalRefusal, euiccRefusal],
      defaultDeadlineMs,
    });
    await server.start();
    const background = published ? deliverInBackground(context, logger) : undefined;
    powerOn(discovery, logger);
    return {
      socket,
      eid: euicc.eid,
      stop: async () => {
        await discovery.powerOff();
        await background?.stop();
        await server.stop();
        await Promise.all([context.sessions.idle(), context.deliveries.idle()]);
        rmSync(socket, { force: true });
        if (published) rmSync(state.socket, { force: true });
        routes.close();
        network.close();
        await euicc.close();
      },
    };
  } catch (error) {
    network.close();
    await euicc.close();
    throw error;
  }
}

/** A setting that can't be read stops no terminal: it is as if nobody had switched discovery on. */
function powerOn(discovery: Discovery, logger: Logger): void {
  try {
    discovery.powerOn();
  } catch (error) {
    logger.warn({ err: error }, 'the setting of discovery at power-on is damaged');
  }
}

/** A daemon delivers notifications by itself; a command leaves what it could not deliver to the next one. */
function deliverInBackground(context: LpaContext, logger: Logger): BackgroundDelivery {
  const { euicc, routes } = context;
  return new BackgroundDelivery({
    pending: () => euicc.es10b.listNotification(),
    deliver: (wanted, signal) => deliverThrough(context, (address) => routes.smdp(address), wanted, signal),
    wait: pause,
    now: () => performance.now(),
    random: Math.random,
    logger,
  });
}
