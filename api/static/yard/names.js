// Ids that a device makes itself: UUIDs that grow with time (RFC 9562, version 7), each used once.

let last = 0;
let count = 0;

function hex(bytes) {
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}

// Two of one millisecond, as of a fast scanner, still stand in the order in which they were made.
export function newId(now = Date.now()) {
  if (now > last) { last = now; count = 0; } else { count += 1; }
  if (count > 0xfff) { last += 1; count = 0; }
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = hex(bytes.slice(2));
  const time = last.toString(16).padStart(12, "0");
  const second = (0x7000 | count).toString(16);
  const third = ((bytes[0] & 0x3f) | 0x80).toString(16).padStart(2, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-${second}-${third}${random.slice(0, 2)}-${random.slice(2, 14)}`;
}

// A moment with the offset of the device's clock, as the server keeps it beside its own.
export function stamp(moment = new Date()) {
  const offset = -moment.getTimezoneOffset();
  const local = new Date(moment.getTime() + offset * 60000).toISOString().slice(0, -1);
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
