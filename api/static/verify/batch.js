// One signature for a whole production batch: a credential over the root of salted items.

import {
  encode, isInteger, isObject, isText, loads, object, textOf, write,
} from "./canonical.js";
import { b64uDecode, b64uEncode, concat, sameBytes } from "./encoding.js";
import { BadBatch, BadCredential, BadEncoding, NotStrictJson } from "./errors.js";
import { BATCH, checkItem } from "./kinds.js";
import { quoted, smallest, sorted } from "./text.js";
import { leafHash, rootFromMany, rootOf } from "./tree.js";
import { SALT_BYTES } from "./vocabulary.js";

const MAX_ITEMS = 2 ** 20;
const MAX_ITEM_BYTES = 4096;
const TREE = "RFC9162_SHA256";
const MULTIHASH_SHA256 = Uint8Array.of(0x12, 0x20);

const refusal = (detail, pointer = "") => new BadBatch(detail, { pointer });

// Write a root as a multibase multihash: u, then base64url of 0x1220 ‖ root.
function rootEncode(root) {
  return `u${b64uEncode(concat(MULTIHASH_SHA256, root))}`;
}

// Read a root written so; refuses any other hash or spelling.
export function rootDecode(text) {
  if (!isText(text) || !text.startsWith("u")) {
    throw new BadEncoding("A root begins with u (base64url).");
  }
  const data = b64uDecode(text.slice(1), 34);
  if (data[0] !== MULTIHASH_SHA256[0] || data[1] !== MULTIHASH_SHA256[1]) {
    throw new BadEncoding("The root is not a SHA-256 multihash (0x1220).");
  }
  return data.slice(2);
}

// Read one item; refuses bytes not in canonical form, a missing id, a bad salt.
function readItem(data) {
  const item = loads(data, { maxBytes: MAX_ITEM_BYTES, maxDepth: 8 });
  if (!isObject(item)) { throw refusal("An item is a JSON object."); }
  if (write(item) !== textOf(data, MAX_ITEM_BYTES)) {
    throw refusal("The item is not in canonical form (RFC 8785).");
  }
  if (!isText(item.get("id")) || !item.get("id")) { throw refusal("The item has no id.", "/id"); }
  try {
    b64uDecode(item.get("salt"), SALT_BYTES);
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw refusal(`The salt of the item is bad: ${error.detail}`, "/salt");
  }
  return item;
}

// Size and root that the credential of a batch signs; refuses another kind or tree.
export function signedTree(credential) {
  const { subject } = credential;
  const size = subject.get("treeSize");
  if (credential.kind !== BATCH || subject.get("treeAlgorithm") !== TREE) {
    throw refusal(`The credential does not sign a tree of ${TREE}.`);
  }
  if (!isInteger(size) || size < 1 || size > MAX_ITEMS) {
    throw refusal("treeSize is not a number of items.", "/credentialSubject/treeSize");
  }
  return { size, root: rootDecode(subject.get("rootHash")) };
}

// The claims about items by their places, common ones included. Refuses items that do not lead,
// with the nodes between them, to the root signed.
export function verifySome(credential, rows, nodes) {
  const { size, root } = signedTree(credential);
  const common = credential.subject.get("common");
  const leaves = new Map(rows.map(({ index, item }) => [index, leafHash(item)]));
  if (!sameBytes(rootFromMany({ leaves, size, nodes }), root)) {
    throw refusal("The items lead to another root than the one that was signed.");
  }
  const itemType = credential.subject.get("itemType");
  return rows.map(({ index, item }) => (
    new Map([...common, ...readNumbered(item, { index, common, itemType })])
  ));
}

function readNumbered(data, { index, common, itemType }) {
  try {
    const item = readItem(data);
    refuseOverride(item, common);
    checkItem(itemType, item, common);
    return item;
  } catch (error) {
    if (![BadBatch, BadCredential, NotStrictJson].some((kind) => error instanceof kind)) {
      throw error;
    }
    const pointer = `/items/${index}${error.pointer}`;
    throw new BadBatch(`Item ${index}: ${error.detail}`, { pointer, remedy: error.remedy });
  }
}

function refuseOverride(item, common) {
  const both = [...item.keys()].filter((name) => common.has(name));
  if (both.length) {
    const name = quoted(smallest(both));
    throw refusal(`The item ${item.get("id")} overrides the common field ${name}.`);
  }
}

// Count and root over the ids of components: leaves are JCS of the sorted ids.
export function componentRoot(ids) {
  const leaves = sorted(ids).map((each) => leafHash(encode(each)));
  return object({ count: leaves.length, root: rootEncode(rootOf(leaves)) });
}
