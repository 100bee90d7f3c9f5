import type { RowError } from '@tegata/contracts/management-v1';
import { AdminError } from './network.ts';

/** A row that the SM-DP+ refused, under the reason it gave. */
export const rowRefused = ({ reason, message }: RowError): AdminError => new AdminError(reason, message, '');
