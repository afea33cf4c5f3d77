// Ed25519 keys: which are good, how they are written, and a verification without loopholes.

import { b58Decode, b58Encode, concat, hex } from "./encoding.js";
import { BadEncoding, BadKey, BadSignature, CannotCheck } from "./errors.js";

// The curve of RFC 8032 §5.1: −x² + y² = 1 + d·x²·y² over the integers modulo p, order 8·L.
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);
const BELOW_SIGN = (1n << 255n) - 1n;
const MULTICODEC = Uint8Array.of(0xed, 0x01);
const LOW_ORDER = "The public key is a point of low order: signatures under it prove nothing.";
const PARTLY_LOW_ORDER = "The public key has a part of low order:"
  + " programs disagree about its signatures.";

// Keys found good, and as the browser holds them, so that each is looked at once.
const good = new Set();
const loaded = new Map();

function mod(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(number, exponent) {
  let result = 1n;
  let square = mod(number);
  for (let rest = exponent; rest; rest >>= 1n) {
    if (rest & 1n) { result = mod(result * square); }
    square = mod(square * square);
  }
  return result;
}

function littleEndian(data) {
  return BigInt(`0x${hex(data.slice().reverse())}`);
}

// Refuse a public key that lets one signature fit many messages, or is no key at all.
export function checkPublicKey(publicKey) {
  if (publicKey.length !== 32) {
    throw new BadKey(`An Ed25519 public key has 32 bytes; this has ${publicKey.length}.`);
  }
  const name = hex(publicKey);
  if (good.has(name)) { return; }
  if (hasLowOrder(decompress(publicKey))) {
    const remedy = "Make a new key with `python -m passport.audit keygen`.";
    throw new BadKey(LOW_ORDER, { remedy });
  }
  good.add(name);
}

// Refuse a key that comes in, if programs could disagree about signatures under it: L times the
// point must be the neutral one. In extended coordinates (RFC 8032 §5.1.4).
export function checkNewKey(publicKey) {
  checkPublicKey(publicKey);
  const { x, y } = decompress(publicKey);
  const start = [x, y, 1n, mod(x * y)];
  let point = start;
  for (const bit of L.toString(2).slice(1)) {
    point = added(point, point);
    if (bit === "1") { point = added(point, start); }
  }
  if (point[0] !== 0n || point[1] !== point[2]) {
    const remedy = "Make a new key with `python -m passport.audit keygen`.";
    throw new BadKey(PARTLY_LOW_ORDER, { remedy });
  }
}

function added(one, other) {
  const a = mod((one[1] - one[0]) * (other[1] - other[0]));
  const b = mod((one[1] + one[0]) * (other[1] + other[0]));
  const c = mod(2n * one[3] * other[3] * D);
  const d = mod(2n * one[2] * other[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

// The affine point of an encoding (RFC 8032 §5.1.3).
function decompress(encoded) {
  const number = littleEndian(encoded);
  const sign = number >> 255n;
  const y = number & BELOW_SIGN;
  if (y >= P) {
    throw new BadKey("The public key is not in canonical encoding (y is not below p).");
  }
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) { x = mod(x * SQRT_MINUS_1); }
  if (mod(v * x * x) !== u) { throw new BadKey("The public key is not a point of the curve."); }
  if (x === 0n && sign) {
    throw new BadKey("The public key is not in canonical encoding (minus zero).");
  }
  return { x: (x & 1n) === sign ? x : P - x, y };
}

// Whether eight times the point is the neutral one; in X, Y, Z, so that nothing is divided.
function hasLowOrder({ x, y }) {
  let [X, Y, Z] = [x, y, 1n];
  for (let time = 0; time < 3; time += 1) {
    const squares = [mod(X * X), mod(Y * Y), mod(2n * Z * Z)];
    const both = mod((X + Y) * (X + Y) - squares[0] - squares[1]);
    const g = mod(squares[1] - squares[0]);
    const f = mod(g - squares[2]);
    const h = mod(-squares[0] - squares[1]);
    [X, Y, Z] = [mod(both * f), mod(g * h), mod(f * g)];
  }
  return X === 0n && Y === Z;
}

async function load(publicKey) {
  const name = hex(publicKey);
  if (!loaded.has(name)) {
    const subtle = globalThis.crypto?.subtle;
    if (!subtle) { throw new CannotCheck("This page has no access to cryptography."); }
    try {
      const key = await subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      loaded.set(name, key);
    } catch (error) {
      throw new CannotCheck(`This browser cannot check Ed25519 signatures (${error.name}).`);
    }
  }
  return loaded.get(name);
}

// Refuse a browser that cannot check these signatures, before anybody relies on it.
export async function checkBrowser() {
  const anyKey = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 0x58 : 0x66));
  await load(anyKey);
}

// Refuse unless the signature is good (RFC 8032 §5.1.7, without cofactor), S is below L and R is
// in canonical encoding.
export async function verify(publicKey, message, signature) {
  checkPublicKey(publicKey);
  if (signature.length !== 64) {
    throw new BadSignature(
      `An Ed25519 signature has 64 bytes; this has ${signature.length}.`,
    );
  }
  if (littleEndian(signature.subarray(32)) >= L) {
    throw new BadSignature("The signature is a second spelling of another one (S ≥ L).");
  }
  if ((littleEndian(signature.subarray(0, 32)) & BELOW_SIGN) >= P) {
    throw new BadSignature("The signature has a point in an encoding that is not canonical.");
  }
  const key = await load(publicKey);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message))) {
    throw new BadSignature("The signature does not verify under this key.");
  }
}

export function multikeyEncode(publicKey) {
  return `z${b58Encode(concat(MULTICODEC, publicKey))}`;
}

// Read a Multikey in its only spelling; refuses other key types and unacceptable points.
export function multikeyDecode(text) {
  if (typeof text !== "string" || !text.startsWith("z")) {
    throw new BadEncoding("A Multikey begins with z (base58btc).");
  }
  const data = b58Decode(text.slice(1), 34);
  if (data[0] !== MULTICODEC[0] || data[1] !== MULTICODEC[1]) {
    throw new BadKey("The Multikey is not an Ed25519 public key (0xed01).");
  }
  checkPublicKey(data.subarray(2));
  return data.slice(2);
}
