export * from './authenticate-client.ts';
export * from './authenticate-server.ts';
export * from './cancel-session.ts';
export * from './initiate-authentication.ts';
export * from './offer-download.ts';
export * from './policy-rule-authorisation.ts';
export * from './prepare-download.ts';
export * from './sign-notification.ts';
