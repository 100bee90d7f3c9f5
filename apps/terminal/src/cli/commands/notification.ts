import { NotificationEvent, type NotificationMetadata } from '@tegata/contracts/gsma-rsp-v2';
import { TerminalError } from '../../terminal-error.ts';
import type { CardOptions, CommandContext } from '../command-context.ts';
import { table } from '../output.ts';
import { requireReaderForAccess } from '../server-access.ts';

/** `tegata notification list` */
export async function list({ output, withTerminal }: CommandContext, options: CardOptions): Promise<void> {
  const event = NotificationEvent.UNSPECIFIED;
  const { notifications } = await withTerminal(({ es10b }) => es10b.listNotification({ event }), options);
  const lines =
    notifications.length === 0
      ? ['No notification waits.']
      : table([['NUMBER', 'EVENT', 'FOR', 'ICCID'], ...notifications.map(rowOf)]);
  output.result({ notifications: notifications.map(notificationValue) }, lines);
}

/** `tegata notification process` */
export async function process(
  { output, withTerminal }: CommandContext,
  number: string | undefined,
  options: CardOptions,
): Promise<void> {
  requireReaderForAccess(options);
  const seqNumber = number === undefined ? 0 : readNumber(number);
  const { deliveries } = await withTerminal(({ lpa }) => lpa.processNotifications({ seqNumber }), options);
  const value = deliveries.map(({ notification, delivered, error }) => ({
    ...(notification && notificationValue(notification)),
    delivered,
    error,
  }));
  const rows = deliveries.map(({ notification, delivered, error }) => [
    ...(notification ? rowOf(notification) : []),
    delivered ? output.style('good', 'delivered') : output.style('bad', error),
  ]);
  const none = ['No notification waits.'];
  output.result(
    { deliveries: value },
    rows.length === 0 ? none : table([['NUMBER', 'EVENT', 'FOR', 'ICCID', ''], ...rows]),
  );
  const failed = deliveries.filter(({ delivered }) => !delivered).length;
  if (failed > 0) output.progress(`${failed} could not be delivered and still wait; try again later.`);
}

function notificationValue({ seqNumber, event, notificationAddress, iccid }: NotificationMetadata) {
  return { seqNumber, event: NotificationEvent[event].toLowerCase(), notificationAddress, iccid };
}

function rowOf({ seqNumber, event, notificationAddress, iccid }: NotificationMetadata): string[] {
  return [String(seqNumber), NotificationEvent[event].toLowerCase(), notificationAddress, iccid];
}

function readNumber(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new TerminalError('invalid', 'USAGE', `${text} is not the number of a notification.`);
}
