import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Es2PlusService, FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import {
  type GetOrderRequest,
  ImportProfilesRequest,
  type Order,
  PrepareOrdersRequest,
  ProfileOrderState,
  ProfileOrdersService,
} from '@tegata/contracts/management-v1';
import { qrCodePng, qrCodeSvg, terminalQrCode } from '@tegata/qr-code';
import { qrCodeText } from '@tegata/rsp';
import { Command, Option } from 'commander';
import { writeCoreNetworkFile } from '../batch/core-network-file.ts';
import { expectWritable, putFile } from '../durable-file.ts';
import { firstOf, withLimit } from '../listing.ts';
import { AdminError } from '../network.ts';
import { type OrderOptions, orderAttributes, withOrderOptions } from '../order-options.ts';
import type { OpenSession, Session } from '../program.ts';
import { rowRefused } from '../row-refused.ts';

type Connection = Parameters<Parameters<Session['withServer']>[1]>[0];
const es2plus = (connection: Connection) => connection.client(Es2PlusService);
const orders = (connection: Connection) => connection.client(ProfileOrdersService);

/** `order …`: profile orders of a carrier's SM-DP+. */
export function orderCommand(open: OpenSession, write: (text: string) => void): Command {
  const command = new Command('order').description('order profiles from a carrier’s SM-DP+, list and end orders');
  command
    .addCommand(create(open, write))
    .addCommand(list(open))
    .addCommand(show(open, write))
    .addCommand(release(open))
    .addCommand(cancel(open))
    .addCommand(expire(open));
  return command;
}

const carrierCommand = (name: string, description: string, example: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', `\nExample:\n  $ tegata-admin order ${example}`);

/** An order as it is listed. */
const row = (order: Order) => ({
  iccid: order.iccid,
  type: order.profileType,
  state: ProfileOrderState[order.state].toLowerCase(),
  reason: order.errorReason,
  eid: order.eid,
  matching_id: order.defaultOrder ? '(by EID)' : order.matchingId,
  expires: order.expireTime,
});

/** Everything of an order. */
const whole = (order: Order) => ({
  iccid: order.iccid,
  profile_type: order.profileType,
  state: ProfileOrderState[order.state].toLowerCase(),
  error_reason: order.errorReason,
  eid: order.eid,
  matching_id: order.matchingId,
  default_order: order.defaultOrder,
  smdp_address: order.smdpAddress,
  set: order.set,
  activation_code: order.activationCode ? qrCodeText(order.activationCode) : '',
  event_id: order.eventId,
  smds_address: order.smdsAddress,
  event_registered: order.eventRegistered,
  confirmation_code_required: order.confirmationCodeRequired,
  confirmation_tries_left: order.confirmationTriesLeft,
  download_tries_left: order.downloadTriesLeft,
  expires: order.expireTime,
  created: order.createTime,
});

interface QrOptions {
  readonly qr: boolean;
  readonly png?: string;
  readonly svg?: string;
}
const withQrOptions = (command: Command): Command =>
  command
    .option('--no-qr', 'print no QR code')
    .option('--png <file>', 'write the QR code as PNG')
    .option('--svg <file>', 'write the QR code as SVG');

/** Shows an order, with the QR code of its activation code where it has one. */
async function present(
  session: Session,
  write: (text: string) => void,
  order: Order,
  options: QrOptions,
): Promise<void> {
  const { activationCode } = order;
  if (activationCode && options.png) await putFile(options.png, qrCodePng(qrCodeText(activationCode)), 0o600);
  if (activationCode && options.svg)
    await putFile(options.svg, Buffer.from(qrCodeSvg(qrCodeText(activationCode))), 0o600);
  session.output(whole(order));
  if (activationCode && options.qr && !session.json)
    write(`\n${terminalQrCode(qrCodeText(activationCode), { colours: process.stdout.isTTY }).join('\n')}\n`);
}

interface CreateOptions extends OrderOptions, QrOptions {
  readonly carrier: string;
  readonly iccid?: string;
  readonly type?: string;
  readonly key?: string;
  readonly out?: string;
}

function create(open: OpenSession, write: (text: string) => void): Command {
  const command = withQrOptions(
    withOrderOptions(
      carrierCommand(
        'create',
        'make a profile with keys and numbers of its own, or take one from stock, and release it for download; prints the ' +
          'activation code and its QR code',
        'create --carrier aozora --confirmation-code-file code.txt --expires 2027-12-31 --png order.png --out core.csv',
      )
        .option('--iccid <digits>', 'this profile in stock')
        .option('--type <name>', 'any profile of this type in stock')
        .option('--key <text>', 'name of the order; one that is repeated orders nothing twice')
        .option('--out <file>', 'CSV for the core network, of a profile that was made; holds keys'),
    ),
  );
  return command.action(async (options: CreateOptions) => {
    const session = open();
    const fromStock = options.iccid !== undefined || options.type !== undefined;
    if (fromStock && options.out !== undefined) {
      throw new AdminError('USAGE', '--out is for a profile that is made, not for one in stock.', 'Leave it out.');
    }
    // The keys of a profile are told once.
    await expectWritable(options.out, options.png, options.svg);
    const order = await session.withServer(`management/${options.carrier}`, (connection) =>
      fromStock ? orderFromStock(connection, options) : orderWithNewProfile(connection, options),
    );
    await present(session, write, order, options);
  });
}

const nothingAnswered = () =>
  new AdminError('ANSWER_MISSING', 'The SM-DP+ answered nothing.', 'Look at it with `order list`.');

async function orderFromStock(connection: Connection, options: CreateOptions): Promise<Order> {
  const { iccid, type = '' } = options;
  const request = PrepareOrdersRequest.fromPartial({
    rowKey: options.key ?? randomUUID(),
    profile: iccid ? { $case: 'iccid', value: iccid } : { $case: 'profileType', value: type },
    order: orderAttributes(options),
  });
  for await (const { outcome } of orders(connection).prepareOrders([request])) {
    if (outcome?.$case === 'order') return outcome.value;
    if (outcome?.$case === 'error') throw rowRefused(outcome.value);
  }
  throw nothingAnswered();
}

async function orderWithNewProfile(connection: Connection, options: CreateOptions): Promise<Order> {
  const row = { rowKey: options.key ?? randomUUID(), order: orderAttributes(options) };
  const request = ImportProfilesRequest.fromPartial({ item: { $case: 'row', value: row } });
  for await (const { outcome } of orders(connection).importProfiles([request])) {
    if (outcome?.$case === 'error') throw rowRefused(outcome.value);
    if (outcome?.$case !== 'profile' || !outcome.value.order) continue;
    if (options.out) await writeCoreNetworkFile(resolve(options.out), [outcome.value]);
    return outcome.value.order;
  }
  throw nothingAnswered();
}

const states = Object.values(ProfileOrderState).filter((name): name is string => typeof name === 'string');

function list(open: OpenSession): Command {
  return withLimit(carrierCommand('list', 'list profiles and their orders', 'list --carrier aozora --state released'))
    .addOption(
      new Option('--state <state>', 'only in this state').choices(
        states.filter((name) => name !== 'UNSPECIFIED').map((name) => name.toLowerCase()),
      ),
    )
    .option('--eid <digits>', 'only for this eUICC', '')
    .option('--type <name>', 'only of this type', '')
    .action(async ({ carrier, state, eid, type: profileType, limit }) => {
      const { output, withServer } = open();
      const wanted = state
        ? ProfileOrderState[state.toUpperCase() as keyof typeof ProfileOrderState]
        : ProfileOrderState.UNSPECIFIED;
      const found = await withServer(`management/${carrier}`, (connection) =>
        firstOf(limit, async (page) => {
          const answer = await orders(connection).listOrders({ ...page, state: wanted, eid, profileType });
          return { ...answer, entries: answer.orders };
        }),
      );
      output(found.map(row), 'No orders.');
    });
}

function show(open: OpenSession, write: (text: string) => void): Command {
  return withQrOptions(
    carrierCommand(
      'show',
      'show an order, by ICCID or matching id, and how its downloads went',
      'show --carrier aozora 8981001000000000017',
    ),
  )
    .argument('<name>', 'ICCID or matching id')
    .action(async (name: string, options: QrOptions & { carrier: string }) => {
      const session = open();
      const by: GetOrderRequest = {
        name: /^89\d{16,18}$/.test(name) ? { $case: 'iccid', value: name } : { $case: 'matchingId', value: name },
      };
      const { order, progress } = await session.withServer(`management/${options.carrier}`, (connection) =>
        orders(connection).getOrder(by),
      );
      if (!order) throw new AdminError('ANSWER_MISSING', 'The SM-DP+ gave no order.', 'Look at it with `order list`.');
      if (session.json) return session.output({ ...whole(order), progress });
      await present(session, write, order, options);
      if (progress.length > 0) {
        write('\n');
        session.output(
          progress.map(({ time, notificationPointId, status, subjectCode, reasonCode, message, deliveredTime }) => ({
            time,
            point: notificationPointId,
            status,
            code: subjectCode ? `${subjectCode}/${reasonCode}` : '',
            message,
            told: deliveredTime,
          })),
        );
      }
    });
}

function release(open: OpenSession): Command {
  return carrierCommand(
    'release',
    'release a confirmed order for download',
    'release --carrier aozora 8981001000000000017',
  )
    .argument('<iccid>', 'ICCID of the profile')
    .action(async (iccid, { carrier }) => {
      const { output, withServer } = open();
      await withServer(`management/${carrier}`, (connection) => es2plus(connection).releaseProfile({ iccid }));
      output({ iccid, state: 'released' });
    });
}

function cancel(open: OpenSession): Command {
  return carrierCommand(
    'cancel',
    'cancel an order that was not downloaded',
    'cancel --carrier aozora 8981001000000000017 --withdraw',
  )
    .option('--withdraw', 'make the profile unavailable instead of free again', false)
    .argument('<iccid>', 'ICCID of the profile')
    .action(async (iccid, { carrier, withdraw }) => {
      const { output, withServer } = open();
      const finalProfileStatusIndicator = withdraw
        ? FinalProfileStatusIndicator.UNAVAILABLE
        : FinalProfileStatusIndicator.AVAILABLE;
      await withServer(`management/${carrier}`, (connection) =>
        es2plus(connection).cancelOrder({ iccid, eid: '', matchingId: '', finalProfileStatusIndicator }),
      );
      output({ iccid, state: withdraw ? 'unavailable' : 'available' });
    });
}

function expire(open: OpenSession): Command {
  return carrierCommand('expire', 'end an order as if its time had come', 'expire --carrier aozora 8981001000000000017')
    .argument('<iccid>', 'ICCID of the profile')
    .action(async (iccid, { carrier }) => {
      const { output, withServer } = open();
      const { order } = await withServer(`management/${carrier}`, (connection) =>
        orders(connection).expireOrder({ iccid }),
      );
      output(order ? whole(order) : {});
    });
}
