/** The procedures of a local profile assistant (SGP.22 section 3) over ports to servers and eUICC. */
export * from './bound-metadata.ts';
export * from './common-mutual-authentication.ts';
export * from './default-order.ts';
export * from './es9plus.ts';
export * from './es10.ts';
export * from './es10-over-apdu.ts';
export * from './es10-over-grpc.ts';
export * from './es11.ts';
export * from './euicc-reasons.ts';
export * from './event-retrieval.ts';
export * from './isd-r-channel.ts';
export * from './lpa-error.ts';
export * from './notification-delivery.ts';
export * from './policy-rules.ts';
export * from './profile-download.ts';
export * from './profile-management.ts';
export * from './session-cancellation.ts';
