import {
  type NotificationEvent,
  NotificationMetadata,
  PendingNotification,
  type ProfileInstallationResultData,
  type StoreMetadataRequest,
  signedData,
  signObjectNow,
} from '@tegata/rsp';
import type { Transaction } from '../memory/memory.ts';
import type { IsdRContext } from './context.ts';
import { type Notification, notificationIdentifier, notificationRecord, sequenceRecord } from './isd-r-records.ts';

/** Number that the next notification gets. */
export function nextSeqNumber({ memory }: IsdRContext): number {
  return memory.get(sequenceRecord)?.next ?? 1;
}

/**
 * Puts notifications of one event of a profile into the transaction that brings the event about: one for each address
 * that the metadata lists for it (SGP.22 section 3.5).
 *
 * @param seqNumber number of the first one
 * @returns number of the next one
 */
export function notify(
  context: IsdRContext,
  transaction: Transaction,
  event: Exclude<NotificationEvent, 'install'>,
  metadata: StoreMetadataRequest,
  seqNumber: number,
): number {
  const [credential] = context.ecasd.credentials;
  let next = seqNumber;
  for (const { profileManagementOperation, notificationAddress } of metadata.notificationConfigurationInfo ?? []) {
    if (!profileManagementOperation.includes(event)) continue;
    const tbs = NotificationMetadata.encode({
      seqNumber: next,
      profileManagementOperation: [event],
      notificationAddress,
      iccid: metadata.iccid,
    });
    transaction.put(notificationRecord, notificationIdentifier(next), {
      metadata: tbs,
      signature: {
        value: signObjectNow(credential.signer, signedData.euiccNotificationSignature(tbs)),
        ciKeyIdentifier: credential.ciKeyIdentifier,
      },
    });
    next += 1;
  }
  transaction.put(sequenceRecord, '', { next });
  return next;
}

/** Puts the result of an installation into the transaction that completes or gives up the installation. */
export function notifyInstallation(
  transaction: Transaction,
  { notificationMetadata }: ProfileInstallationResultData,
  installationResult: Uint8Array,
): void {
  const { seqNumber, raw } = notificationMetadata;
  transaction.put(notificationRecord, notificationIdentifier(seqNumber), { metadata: raw, installationResult });
  transaction.put(sequenceRecord, '', { next: seqNumber + 1 });
}

/** Pending notifications, oldest first. */
export function pendingNotifications({ memory }: IsdRContext): Notification[] {
  return [...memory.list(notificationRecord)]
    .sort((a, b) => a.identifier.localeCompare(b.identifier))
    .map(({ value }) => value);
}

/** DER of a PendingNotification: what its server gets. */
export function pendingNotification(
  { ecasd }: IsdRContext,
  { metadata, installationResult, signature }: Notification,
): Uint8Array {
  if (installationResult !== undefined || signature === undefined) return installationResult ?? metadata.raw;
  const { euiccCertificate, eumCertificate } = ecasd.credential(signature.ciKeyIdentifier) ?? ecasd.credentials[0];
  return PendingNotification.encode({
    kind: 'otherSignedNotification',
    value: {
      tbsOtherNotification: metadata.raw,
      euiccNotificationSignature: signature.value,
      euiccCertificate,
      eumCertificate,
    },
  });
}
