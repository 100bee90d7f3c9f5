import type { Form } from './forms.ts';
import { type JsonObject, type JsonValue, MemberError } from './json.ts';

/** One member of an object, or several of which one is there, and the field of the message it becomes. */
export interface Member<M extends object> {
  /** Names in JSON. */
  readonly names: readonly string[];
  /** Field of the message. */
  readonly field: string;
  /** The field's value. @throws MemberError */
  read(object: JsonObject, path: string): unknown;
  /** The members to write, each with its name; none for what is not there. */
  write(message: M): readonly (readonly [name: string, value: JsonValue])[];
}

/** All members of an object, in the order they are written. */
export type Members<M extends object> = readonly Member<M>[];

/** The value of a member that is the object's own; undefined when it has none, or null, which is how some write that it is not there. */
export function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** Ways to declare the members of a message of type `M`, each checked against the type of its field. */
export function membersOf<M extends object>() {
  type Field = keyof M & string;
  return {
    /** A member that must be there. Its name is the field's unless given. */
    required<K extends Field>(field: K, form: Form<M[K]>, name: string = field): Member<M> {
      return {
        names: [name],
        field,
        read(object, path) {
          const value = ownValue(object, name);
          if (value === undefined) throw new MemberError('missing', `${path}${name}`, 'is missing');
          return form.read(value, `${path}${name}`);
        },
        write: (message) => [[name, form.write(message[field])]],
      };
    },

    /** A member that may be left out; the field then has the value `absent`, which is never written. */
    optional<K extends Field, A extends M[K]>(
      field: K,
      form: Form<Exclude<M[K], undefined>>,
      absent: A,
      name: string = field,
    ): Member<M> {
      return {
        names: [name],
        field,
        read(object, path) {
          const value = ownValue(object, name);
          return value === undefined ? absent : form.read(value, `${path}${name}`);
        },
        write(message) {
          const value = message[field];
          return value === absent || value === undefined ? [] : [[name, form.write(value as Exclude<M[K], undefined>)]];
        },
      };
    },

    /** Members of which one must be there, for a field of the kind `{ $case, value }`; of several the first that is declared counts. */
    choice<K extends Field>(
      field: K,
      forms: { readonly [C in CaseOf<M[K]>['$case']]: Form<Extract<CaseOf<M[K]>, { $case: C }>['value']> },
    ): Member<M> {
      const names = Object.keys(forms);
      const formOf = (name: string) => (forms as Readonly<Record<string, Form<unknown>>>)[name] as Form<unknown>;
      const list = names.join(', ');
      return {
        names,
        field,
        read(object, path) {
          const name = names.find((each) => ownValue(object, each) !== undefined);
          if (name === undefined) throw new MemberError('missing', `${path}${names[0]}`, `is missing: one of ${list}`);
          const value = formOf(name).read(object[name] as JsonValue, `${path}${name}`);
          return { $case: name, value };
        },
        write(message) {
          const chosen = message[field] as { $case: string; value: unknown } | undefined;
          return chosen === undefined ? [] : [[chosen.$case, formOf(chosen.$case).write(chosen.value)]];
        },
      };
    },
  };
}

type CaseOf<T> = Extract<T, { readonly $case: string; readonly value: unknown }>;

/** The message that an object is. Members that are not declared are passed over. @throws MemberError for the first that is wrong */
export function readMembers<M extends object>(members: Members<M>, object: JsonObject, path = ''): M {
  const message: Record<string, unknown> = {};
  for (const member of members) message[member.field] = member.read(object, path);
  return message as M;
}

/** The object that a message is: exactly the declared members, in their order. */
export function writeMembers<M extends object>(members: Members<M>, message: M): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const member of members) {
    for (const [name, value] of member.write(message)) object[name] = value;
  }
  return object;
}
