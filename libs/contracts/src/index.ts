/**
 * Contracts between the parts of Tegata. The generated stubs of each proto package are a subpath of their own, so that
 * an import names its package: `@tegata/contracts/gsma-rsp-v2`, `@tegata/contracts/management-v1`, ...
 */
export * from './another-picture.ts';
export * from './callers.ts';
export * from './comments.ts';
export * from './descriptors.ts';
export * from './error-reasons.ts';
export * from './field-rules.ts';
export * from './flow-steps.ts';
export { descriptorImage } from './gen/descriptor-image.ts';
export * from './largest-encoding.ts';
export * from './linear-pattern.ts';
export * from './message-validator.ts';
export * from './printable.ts';
export * from './rule-problems.ts';
export * from './sentences-in-japanese.ts';
