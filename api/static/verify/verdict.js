// Verifying a provenance bundle in numbered steps, each of which can refuse it: the same steps, in
// the same order and words, as passport.proof.verdict in Python.

import { checkSubjects } from "./chain.js";
import { checkAttestations, checkItems } from "./claims.js";
import { checkCompleteness } from "./completeness.js";
import { checkComponents } from "./coverage.js";
import { BadBundle, ProofError } from "./errors.js";
import { checkCheckpoint, checkDocuments, checkEntries } from "./evidence.js";
import { Keyring } from "./keyring.js";
import { checkRecord } from "./record.js";
import { checkKeys } from "./replay.js";
import { emptyReport } from "./report.js";
import { smallest } from "./text.js";
import * as unbundle from "./unbundle.js";
import { judge } from "./verdicts.js";

export const STEPS = [
  [1, "Read", null],
  [2, "Checkpoint", checkCheckpoint],
  [3, "Entries", checkEntries],
  [4, "Documents", checkDocuments],
  [5, "Keys", checkKeys],
  [6, "Record", checkRecord],
  [7, "Subjects", checkSubjects],
  [8, "Attestations", checkAttestations],
  [9, "Items", checkItems],
  [10, "Verdicts", judge],
  [11, "Components", checkComponents],
  [12, "Completeness", checkCompleteness],
];

// A bundle under examination; each field is filled by the step named beside it.
class State {
  constructor(bundle, policy, didDocuments) {
    this.bundle = bundle;
    this.policy = policy;
    this.keyring = new Keyring(policy, didDocuments);
    this.report = emptyReport();
    this.head = null; // 2
    this.older = []; // 2: heads under older origins
    this.leaves = new Map(); // 3
    this.hashes = new Map(); // 3
    this.documents = new Map(); // 4: by digest
    this.subjects = new Map(); // 7: the one subject of an entry
    this.members = new Map(); // 7: of an entry about many
    this.credentials = new Map(); // 8: by digest
    this.withdrawals = new Map(); // 8: by index
    this.singles = new Map(); // 8: origins by battery
    this.items = new Map(); // 9: by battery, by batch
    this.takenBack = new Map(); // 10: whole attestations, by digest
    this.itemsTakenBack = new Map(); // 10: by digest of the batch, by item
    this.judgements = new Map(); // 10: by digest
  }

  // The document of an entry; undefined when only its digest is shown.
  shown(index) {
    return this.documents.get(this.leaves.get(index).digest);
  }
}

// Verify a bundle against an auditor's policy; throws BadBundle at the step that refuses.
// `didDocuments` are those that the auditor fetched from the issuers' own domains, by DID; a
// bundle that is not about all of `batteries` is refused; `onStep` is told the number and title of
// each step before it begins.
export async function verify(
  data, { policy, didDocuments = new Map(), batteries = [], onStep = () => {} },
) {
  onStep(...STEPS[0]);
  const state = new State(unbundle.read(data), policy, didDocuments);
  const strange = smallest(batteries.filter((each) => !state.bundle.batteries.has(each)));
  if (strange !== undefined) {
    throw new BadBundle(`The bundle is not about ${strange}.`, { step: 1 });
  }
  state.report.batteries = [...state.bundle.batteries.keys()];
  state.report.title = state.bundle.title;
  state.report.steps.push({
    number: 1, title: "Read", found: `${data.length} bytes in canonical form`,
  });
  for (const [number, title, check] of STEPS.slice(1)) {
    onStep(number, title);
    try {
      state.report.steps.push({ number, title, found: await check(state) });
    } catch (error) {
      if (error instanceof BadBundle || !(error instanceof ProofError)) { throw error; }
      const { detail, pointer, remedy } = error;
      throw new BadBundle(detail, { step: number, pointer, remedy });
    }
  }
  return state.report;
}
