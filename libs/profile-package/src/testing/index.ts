export * from './sample-subscription.ts';
