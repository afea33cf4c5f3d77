// SHA-256 (FIPS 180-4) at once: a bundle asks for ten thousands of small hashes, and the browser's
// own answers each by a promise.

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);
const SCHEDULE = new Uint32Array(64);

// The first 32 bits of the fractional parts of square and cube roots of the first primes.
(function prepare() {
  const primes = [];
  for (let each = 2; primes.length < 64; each += 1) {
    if (primes.every((prime) => each % prime)) { primes.push(each); }
  }
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  primes.forEach((prime, at) => { ROUND[at] = fraction(Math.cbrt(prime)); });
  primes.slice(0, 8).forEach((prime, at) => { START[at] = fraction(Math.sqrt(prime)); });
}());

function schedule(data, offset) {
  const w = SCHEDULE;
  for (let t = 0, at = offset; t < 16; t += 1, at += 4) {
    w[t] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
}

function compress(state, data, offset) {
  schedule(data, offset);
  let a = state[0] | 0, b = state[1] | 0, c = state[2] | 0, d = state[3] | 0;
  let e = state[4] | 0, f = state[5] | 0, g = state[6] | 0, h = state[7] | 0;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t] + SCHEDULE[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// The last block or two: what is left of the data, one bit, zeroes, the length in bits.
function padding(data, whole) {
  const left = data.length - whole;
  const last = new Uint8Array(left < 56 ? 64 : 128);
  last.set(data.subarray(whole));
  last[left] = 0x80;
  const bits = new DataView(last.buffer);
  bits.setUint32(last.length - 8, Math.floor(data.length / 2 ** 29));
  bits.setUint32(last.length - 4, (data.length << 3) >>> 0);
  return last;
}

export function sha256(data) {
  const state = START.slice();
  const whole = data.length - (data.length % 64);
  for (let at = 0; at < whole; at += 64) { compress(state, data, at); }
  const last = padding(data, whole);
  for (let at = 0; at < last.length; at += 64) { compress(state, last, at); }
  const digest = new Uint8Array(32);
  const words = new DataView(digest.buffer);
  state.forEach((word, at) => words.setUint32(4 * at, word));
  return digest;
}
