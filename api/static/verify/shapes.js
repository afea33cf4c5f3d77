// Shapes of what a claim may say: quantities with units, shares, countries, days, digests, lists.
// Each shape takes a value and its JSON pointer, and refuses what does not fit.

import { hasExactly, isInteger, isObject, isText } from "./canonical.js";
import { b64uDecode } from "./encoding.js";
import { BadCredential, BadEncoding } from "./errors.js";
import { isMoment } from "./integrity.js";
import { first, length, quoted, smallest } from "./text.js";

export const MAX_TEXT = 300;
export const MAX_ID = 512;
const MAX_LIST = 4096;
const DECIMAL = /^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
// ISO 3166-1 alpha-2.
const COUNTRIES = new Set((
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR"
  + " BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ"
  + " EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW"
  + " GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY"
  + " KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV"
  + " MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY"
  + " QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG"
  + " TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM"
  + " ZW"
).split(" "));

function refuse(detail, pointer, remedy = "") {
  throw new BadCredential(detail, { pointer, remedy });
}

// A text of at least one and at most so many characters.
export function text(most = MAX_TEXT) {
  return (value, pointer) => {
    if (!isText(value) || !value || length(value) > most) {
      refuse(`${pointer} is not a text of 1 to ${most} characters.`, pointer);
    }
  };
}

export function oneOf(...words) {
  return (value, pointer) => {
    if (!words.includes(value)) {
      refuse(`${pointer} must be one of ${words.join(", ")}.`, pointer);
    }
  };
}

// A decimal that is not negative, as text: 4.85, not 04.85, 4,85 or 4.85e0.
export function decimal(value, pointer) {
  if (!isText(value) || !DECIMAL.test(value)) {
    const remedy = 'Write it like "4.85", in text.';
    refuse(`${pointer} is not a decimal written as text.`, pointer, remedy);
  }
}

// A part of a whole, as a decimal text from 0 to 1.
export function share(value, pointer) {
  decimal(value, pointer);
  if (!/^(?:0(?:\..*)?|1(?:\.0*)?)$/.test(value)) {
    refuse(`${pointer} is not a share from 0 to 1.`, pointer, "Write 16 % as 0.16.");
  }
}

// A value with its unit, a code of UN/CEFACT Recommendation 20.
export function quantity(...units) {
  return (value, pointer) => {
    if (!isObject(value) || !hasExactly(value, ["value", "unit"])) {
      const remedy = `Write it like {"value": "4.85", "unit": "${units[0]}"}.`;
      refuse(`${pointer} is not a value with a unit.`, pointer, remedy);
    }
    decimal(value.get("value"), `${pointer}/value`);
    oneOf(...units)(value.get("unit"), `${pointer}/unit`);
  };
}

// A country or territory by its two letters (ISO 3166-1).
export function country(value, pointer) {
  if (!COUNTRIES.has(value)) {
    refuse(`${pointer} is not a country of ISO 3166-1.`, pointer, "Write two capitals: FI.");
  }
}

// A moment in UTC (RFC 3339).
export function moment(value, pointer) {
  if (!isMoment(value)) {
    refuse(`${pointer} is not a moment in UTC.`, pointer, "Write 2026-03-01T08:00:00Z.");
  }
}

// A day of the calendar, written 2026-03-01.
export function day(value, pointer) {
  if (!isText(value) || !DAY.test(value) || !isMoment(`${value}T00:00:00Z`)) {
    refuse(`${pointer} is not a day.`, pointer, "Write 2026-03-01.");
  }
}

// A count: an integer that is not negative.
export function number(value, pointer) {
  if (!isInteger(value) || value < 0) { refuse(`${pointer} is not a count.`, pointer); }
}

// So many bytes as base64url without padding.
export function coded(size, remedy = "") {
  return (value, pointer) => {
    try {
      b64uDecode(value, size);
    } catch (error) {
      if (!(error instanceof BadEncoding)) { throw error; }
      refuse(`${pointer}: ${error.detail}`, pointer, remedy);
    }
  };
}

// A list of so many values of one shape.
export function listOf(shape, { least = 0, most = MAX_LIST } = {}) {
  return (value, pointer) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      refuse(`${pointer} is not a list of ${least} to ${most} values.`, pointer);
    }
    value.forEach((each, at) => shape(each, `${pointer}/${at}`));
  };
}

// One of two shapes; what fits neither is told by the second.
export function either(one, other) {
  return (value, pointer) => {
    try {
      one(value, pointer);
    } catch (error) {
      if (!(error instanceof BadCredential)) { throw error; }
      other(value, pointer);
    }
  };
}

// Any object: its terms are looked at elsewhere.
export function anObject(value, pointer) {
  if (!isObject(value)) { refuse(`${pointer} is not an object.`, pointer); }
}

// An object with these terms; those required must be there.
export function objectOf(required, allowed = {}) {
  const terms = new Map(Object.entries({ ...required, ...allowed }));
  const needed = Object.keys(required);
  return (value, pointer) => {
    anObject(value, pointer);
    checkTerms(value, { terms, required: needed, pointer });
  };
}

// Refuse an unknown term, one of another shape than it must have, and a missing one.
export function checkTerms(value, { terms, required, pointer }) {
  for (const [name, each] of value) {
    if (!terms.has(name)) { refuseUnknown(name, pointer); }
    terms.get(name)(each, `${pointer}/${name}`);
  }
  const missing = smallest(required.filter((name) => !value.has(name)));
  if (missing !== undefined) {
    refuse(`The term ${quoted(missing)} is missing.`, `${pointer}/${missing}`);
  }
}

function refuseUnknown(name, pointer) {
  const short = first(name, 64);
  refuse(
    `The term ${quoted(short)} is unknown here, so a signature over it means nothing.`,
    `${pointer}/${short}`, "Remove it before signing.",
  );
}
