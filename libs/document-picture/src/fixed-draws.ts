const { imul } = Math;

/** Numbers from 0 up to 1 that look drawn and are the same every time (a linear congruential generator of 32 bits; Knuth, Lewis), for what must not depend on chance. */
export function fixedDraws(): () => number {
  let state = 1;
  return () => {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
