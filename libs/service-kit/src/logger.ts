import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type { Logger };

/** Members that are never written, wherever a log line has them, at the top or one level down. */
const secretMembers = [
  'password',
  'currentPassword',
  'newPassword',
  'resetCode',
  'pin',
  'puk',
  'adm',
  'ki',
  'opc',
  'confirmationCode',
  'contractToken',
  'dataAcquisitionKey',
  'privateKey',
  'documentImage',
  'image',
  'frames',
  'applicant',
  'familyName',
  'givenName',
  'birthDate',
  'declaredAttributes',
  'disclosedAttributes',
];

/** How a log is made. */
export interface LoggerSettings {
  /** `trace` to `silent`; `info` unless said otherwise. */
  readonly level?: string;
  /** Where lines go; standard output unless said otherwise. */
  readonly destination?: DestinationStream;
}

/**
 * A structured log: one JSON object a line, with the name of the program and ISO time. Members that hold secrets or
 * personal data are replaced, should one be logged by mistake; that is a net, not a licence.
 */
export function createLogger(name: string, { level = 'info', destination }: LoggerSettings = {}): Logger {
  const options: LoggerOptions = {
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: [...secretMembers, ...secretMembers.map((member) => `*.${member}`)], censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
