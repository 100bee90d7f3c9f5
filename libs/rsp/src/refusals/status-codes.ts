/** Subjects of SGP.22 section 5.2.6.1, by code. */
export const subjects = {
  '1.1': 'Function requester',
  '1.6': 'Function',
  '8.1': 'eUICC',
  '8.1.1': 'EID',
  '8.1.2': 'EUM Certificate',
  '8.1.3': 'eUICC Certificate',
  '8.2': 'Profile',
  '8.2.1': 'Profile ICCID',
  '8.2.5': 'Profile Type',
  '8.2.6': 'Matching ID',
  '8.2.7': 'Confirmation Code',
  '8.8': 'SM-DP+',
  '8.8.1': 'SM-DP+ Address',
  '8.8.2': 'Security configuration of the SM-DP+',
  '8.8.3': 'Specification Version Number (SVN)',
  '8.8.4': 'SM-DP+ Certificate',
  '8.8.5': 'Download order',
  '8.9': 'SM-DS',
  '8.9.1': 'SM-DS Address',
  '8.9.2': 'Security configuration of the SM-DS',
  '8.9.3': 'Specification Version Number (SVN)',
  '8.9.4': 'SM-DS Certificate',
  '8.9.5': 'Event Record',
  '8.10.1': 'TransactionId',
  '8.11.1': 'GSMA CI Public Key',
} as const;

/** Reasons of SGP.22 section 5.2.6.2, by code. */
export const reasons = {
  '1.2': 'Not allowed',
  '2.1': 'Invalid',
  '2.2': 'Mandatory element missing',
  '3.1': 'Unsupported',
  '3.3': 'Already in use',
  '3.5': 'Invalid transition',
  '3.7': 'Unavailable',
  '3.8': 'Refused',
  '3.9': 'Unknown',
  '3.10': 'Invalid association',
  '4.2': 'Execution error',
  '4.3': 'Stopped on warning',
  '4.8': 'Insufficient memory',
  '4.10': 'Time to live expired',
  '5.1': 'Inaccessible',
  '6.1': 'Verification failed',
  '6.3': 'Expired',
  '6.4': 'Maximum number of retries exceeded',
} as const;

/** Code of a subject: what a refusal is about. */
export type SubjectCode = keyof typeof subjects;
/** Code of a reason: what is wrong with the subject. */
export type ReasonCode = keyof typeof reasons;

/** Outcome of a function in the header of its answer (SGP.22 section 5.2.3). */
export type ExecutionStatus = 'Executed-Success' | 'Executed-WithWarning' | 'Failed' | 'Expired';
