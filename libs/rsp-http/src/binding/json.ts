/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Whether a value is a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a member: it is not there, or not as it must be. */
export type MemberFault = 'missing' | 'malformed';

/** A member that can't be read. The message names it and says what it must be; it never quotes the value. */
export class MemberError extends Error {
  override readonly name = 'MemberError';

  constructor(
    readonly fault: MemberFault,
    /** path of the member: `notificationPointStatus.status` */
    readonly member: string,
    mustBe: string,
  ) {
    super(`${member} ${mustBe}`);
  }

  get code(): 'MEMBER_MISSING' | 'MEMBER_MALFORMED' {
    return this.fault === 'missing' ? 'MEMBER_MISSING' : 'MEMBER_MALFORMED';
  }
}
