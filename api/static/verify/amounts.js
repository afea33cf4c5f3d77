// Masses and shares without rounding: sums and products of the decimals that makers signed.

// A decimal is `digits` (a BigInt) with the point `places` from the right.
export const ZERO = Object.freeze({ digits: 0n, places: 0 });
const ONE = Object.freeze({ digits: 1n, places: 0 });

// The amount that a decimal text stands for; its shape was looked at before.
export function amount(text) {
  const [whole, fraction = ""] = text.split(".");
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

const raised = (each, places) => each.digits * 10n ** BigInt(places - each.places);

export function add(one, other) {
  const places = Math.max(one.places, other.places);
  return { digits: raised(one, places) + raised(other, places), places };
}

export function multiply(one, other) {
  return { digits: one.digits * other.digits, places: one.places + other.places };
}

// By how much one is more than the other; zero where it is not.
export function excess(one, other) {
  const places = Math.max(one.places, other.places);
  const digits = raised(one, places) - raised(other, places);
  return digits > 0n ? { digits, places } : ZERO;
}

export function total(amounts) {
  return amounts.reduce(add, ZERO);
}

// Below zero, zero or above it, as one amount is less than, equal to or more than another.
export function compareAmounts(one, other) {
  const places = Math.max(one.places, other.places);
  const [left, right] = [raised(one, places), raised(other, places)];
  if (left === right) { return 0; }
  return left < right ? -1 : 1;
}

export const isMoreThanAll = (each) => compareAmounts(each, ONE) > 0;

// Write an amount as plain decimal text, without needless zeroes.
export function written({ digits, places }) {
  const text = digits.toString().padStart(places + 1, "0");
  const fraction = places ? text.slice(-places).replace(/0+$/, "") : "";
  const whole = places ? text.slice(0, -places) : text;
  return fraction ? `${whole}.${fraction}` : whole;
}

// part ÷ whole in parts of ten thousand, cut off and never rounded up; null if unknown.
export function tenThousandths(part, whole) {
  if (whole === null || whole.digits === 0n) { return null; }
  const places = Math.max(part.places, whole.places);
  return (raised(part, places) * 10000n) / raised(whole, places);
}

// A share as a percentage with two digits.
export function percent(part, whole) {
  const portion = tenThousandths(part, whole);
  return portion === null ? null : written2(portion);
}

function written2(portion) {
  return `${portion / 100n}.${(portion % 100n).toString().padStart(2, "0")}`;
}
