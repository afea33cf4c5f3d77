// What verifying a bundle found: steps, verdicts, who vouches for each key, doubts.

export const Verdict = Object.freeze({
  VALID: "VALID",
  SUSPECT: "SUSPECT",
  INVALID: "INVALID",
  WITHDRAWN: "WITHDRAWN",
});

// Who says that a key belongs to its issuer.
export const Voucher = Object.freeze({
  PINNED: "pinned",
  OWN_DOMAIN: "own domain",
  ENDORSED: "endorsed by the key before it",
  HOSTED: "hosted by this service",
  SERVICE: "this service",
});

// Those that do not come down to the service's own word.
export const PLAIN = [Voucher.PINNED, Voucher.OWN_DOMAIN, Voucher.ENDORSED];
const WORDS = new Map([
  [Voucher.SERVICE, "VALID (key vouched for by this service only)"],
  [Voucher.HOSTED, "VALID (key hosted by this service)"],
]);

// The verdict as it is printed: a key nobody else vouches for is never plain VALID.
export function wordsOf(judgement) {
  const { verdict, voucher } = judgement;
  return verdict === Verdict.VALID && WORDS.has(voucher) ? WORDS.get(voucher) : verdict;
}

// Whether nothing about this attestation is in doubt.
export function isPlain(judgement) {
  return judgement.verdict === Verdict.VALID && PLAIN.includes(judgement.voucher);
}

export function emptyReport() {
  return {
    batteries: [],
    title: "",
    origin: "",
    size: 0,
    steps: [],
    keys: [],
    judgements: [],
    withdrawn: [],
    erased: [],
    cosigned: [],
    unknownSignatures: [],
    uncheckedTimestamps: 0,
    hidden: [],
    events: 0,
    coverage: {
      components: 0, attested: 0, byIssuer: [], depth: 0, upstreamShown: 0, upstreamHidden: 0,
    },
    attested: [],
    recycled: [],
    completeness: "not proven",
    saltedByMaker: [],
    doubts: [],
  };
}
