import { ContractState } from '@tegata/contracts/management-v1';
import { ContractRecord } from '@tegata/contracts/terminal-v1';
import { endedError } from './contract-view.ts';
import { adviceFor } from './exit-codes.ts';

describe('a contract that came to no profile', () => {
  const reasons = [{ code: 'FACE_NOT_MATCHING', sentence: 'It is somebody else.' }];
  it.each<[ContractState, typeof reasons, string]>([
    [ContractState.REFUSED, reasons, 'CONTRACT_REFUSED'],
    [ContractState.EXPIRED, [], 'CONTRACT_LAPSED'],
    [ContractState.CANCELLED, [], 'CONTRACT_CANCELLED'],
    // Those of a try before it was cancelled.
    [ContractState.CANCELLED, reasons, 'CONTRACT_CANCELLED'],
  ])('in state %i, with the reasons %j, is told as %s', (state, told, code) => {
    const error = endedError(ContractRecord.fromPartial({ contractId: 'one', state, reasons: told }));
    expect(error.code).toBe(code);
    expect(error.message.includes('somebody else')).toBe(code === 'CONTRACT_REFUSED');
    expect(adviceFor(error.code, undefined, (words) => words).exit).toBe('refused');
  });
});
