import { canonicalValue } from './attribute-disclosure.ts';

/** Characters that are typed for an apostrophe; by NFKC some of them would fall into a space and a mark. */
const apostrophes = /[\u0060\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u2032\uff07]/gu;
/** Hyphens, dashes and minus signs. */
const hyphens = /[\p{Pd}\u2212]/gu;

/**
 * A name as it is certified, of one that was typed and agrees with a document. Documents are compared by their letters, so letters are as they were typed,
 * and of all else only what belongs to names is left: between letters one space, apostrophe, hyphen or middle dot, in one form of each. Marks
 * that NFKC joins with their letter stay, and so do variation selectors; others do not.
 *
 * Names are compared in this form, too: how somebody typed an apostrophe makes no other person of them.
 */
export function certifiedName(typed: string): string {
  return canonicalValue(typed.replaceAll(apostrophes, "'").replaceAll(hyphens, '-'))
    .replaceAll(/[^\p{L}\p{M} '\-\u30fb]/gu, ' ')
    .replaceAll(/(?!\p{Variation_Selector})\p{M}/gu, '')
    .replaceAll(/ *(['\-\u30fb])[ '\-\u30fb]*/gu, '$1')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/^[ '\-\u30fb]+|[ '\-\u30fb]+$/gu, '');
}

/** The form in which the value of an attribute is compared with another one: names as they are certified, all else canonical. */
export const comparedValue = (name: string, value: string): string =>
  name === 'family_name' || name === 'given_name' ? certifiedName(value) : canonicalValue(value);
