// What a scanned text looks like, without a network: syntax and check digit. What the server says
// wins; this only tells somebody in the yard at once that a code was misread, and finds a battery
// among those that the device knows.

const STEM = "https://id.gs1.org";
const SEPARATOR = "\x1d";
const STAND_INS = /\{GS\}|<GS>|\^\]|[|^]/g;
const SERIAL = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;
const LINK = /^https?:\/\/[^/?#\s]+\/(?:[^?#\s]*\/)?01\/(\d{8}|\d{12,14})\/(?:[^?#\s]*\/)?21\/([^/?#\s]+)\/?(?:[?#].*)?$/i;
const OWN = /^https:\/\/((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*)(\/[^\s#]+)$/i;
const KEYED = /\/(?:00|01|414|8004|8006|8010)\/[^/]/;
const CODE = /^[A-Z0-9]{3}[PMC][A-GZ][A-Z0-9]{2}[A-Z0-9]{15,19}$/;

// The last digit of a GTIN follows from the others: weights 3 and 1 from the right.
export function checkDigit(digits) {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}

function named(gtin, serial) {
  const whole = gtin.padStart(14, "0");
  if (checkDigit(whole.slice(0, 13)) !== Number(whole[13])) { return { canonical: "", fault: "digit" }; }
  if (!SERIAL.test(serial)) { return { canonical: "", fault: "serial" }; }
  const encoded = encodeURIComponent(serial)
    .replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  return { canonical: `${STEM}/01/${whole}/21/${encoded}`, fault: "" };
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch (error) {
    if (error instanceof URIError) { return ""; }
    throw error;
  }
}

// (01)…(21)… as people write it.
function bracketed(text) {
  const found = /^\(01\) ?(\d{14}) ?(?:\((?!21\))\d{2,4}\)[^(]*)*\(21\) ?([^(]+?) ?(?:\(\d{2,4}\).*)?$/.exec(text);
  return found && named(found[1], found[2]);
}

// As scanners send it: with or without the name of the symbol, with a separator or what stands for it.
function raw(text) {
  const bare = text.replace(/^\[\)>\x1e?05\x1d?/, "").replace(/\x1e?\x04?$/, "")
    .replace(/^\][A-Za-z]\d/, "").replace(STAND_INS, SEPARATOR).replace(/^\x1d/, "");
  const found = /^01(\d{14})\x1d?(?:(?:1[0-8]\d{6}|10[^\x1d]{1,20}\x1d)\x1d?)*21([^\x1d]{1,20})(?:\x1d.*)?$/.exec(bare);
  return found && named(found[1], found[2]);
}

// { canonical, fault }: the name of a battery where one can be told; `fault` is "digit" for a wrong
// check digit, "serial" for characters that no serial has, "unread" for what is no code at all, and
// "" where nothing is wrong as far as this can tell.
export function identify(text) {
  const plain = text.trim();
  const symbol = plain.replace(/^\](?:Q1|d1)/, "");
  const link = LINK.exec(symbol);
  if (link) { return named(link[1], decoded(link[2])); }
  const elements = bracketed(plain) || raw(plain);
  if (elements) { return elements; }
  const own = OWN.exec(symbol);
  // A link of GS1 that names a model, a lot or a shipment is right, and no battery's.
  if (own && KEYED.test(own[2])) { return { canonical: "", fault: "" }; }
  if (own) { return { canonical: `https://${own[1].toLowerCase()}${own[2]}`, fault: "" }; }
  // A code of GB/T 34014, a DID or a maker's own serial: only the registry knows.
  if (CODE.test(plain) || /^did:/.test(plain) || /^[^\s\]()]{2,80}$/.test(plain)) {
    return { canonical: "", fault: "" };
  }
  return { canonical: "", fault: "unread" };
}
