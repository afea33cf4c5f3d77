// The page /verify: hands the chosen files to the checker and shows what it found. Nothing from a
// bundle becomes markup: all of it is set as text.

import { show, showRefusal } from "./outcome.js";

const find = (id) => document.getElementById(id);
const form = find("check");
const go = find("go");
const problems = find("refused");
const progress = find("progress");
const outcome = find("outcome");
const FIELDS = ["bundle", "trust", "dids"];

// Made at once: from then on nothing has to be loaded.
const checker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

function hideProblem() {
  problems.hidden = true;
  FIELDS.forEach((id) => find(id).removeAttribute("aria-invalid"));
}

// What is wrong, where, and what to do: at the top of the page, and at the field.
function showProblem({ field, detail, remedy = "" }) {
  const link = document.createElement(field ? "a" : "strong");
  link.textContent = detail;
  if (field) {
    link.href = `#${field}`;
    find(field).setAttribute("aria-invalid", "true");
  }
  const line = document.createElement("li");
  line.append(link, ` ${remedy}`);
  problems.querySelector("ul").replaceChildren(line);
  problems.hidden = false;
  problems.focus();
}

function rest() {
  go.disabled = false;
  progress.hidden = true;
}

const HEARD = {
  ready() {
    go.disabled = false;
    find("readiness").textContent = "Ready. The network is no longer needed.";
  },
  step({ number, title }) {
    find("progress-words").textContent = `Step ${number} of 12: ${title}`;
    find("progress-bar").value = number;
  },
  report(told) {
    rest();
    show(outcome, told);
  },
  refusal(told) {
    rest();
    showRefusal(outcome, told);
  },
  problem(told) {
    rest();
    showProblem(told);
  },
};

checker.onmessage = ({ data }) => HEARD[data.kind](data);
checker.onerror = () => showProblem({
  detail: "The checker could not be loaded.", remedy: "Reload the page, or use the program.",
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  hideProblem();
  outcome.hidden = true;
  const [bundle] = find("bundle").files;
  const trust = find("trust").value;
  if (!bundle) { showProblem({ field: "bundle", detail: "Choose a bundle." }); return; }
  if (!trust.trim()) {
    const detail = "Say whom you trust: without a trust file nothing can be checked.";
    showProblem({ field: "trust", detail });
    return;
  }
  go.disabled = true;
  progress.hidden = false;
  checker.postMessage({
    bundle,
    trust: new TextEncoder().encode(trust),
    dids: [...find("dids").files],
    batteries: find("batteries").value.split("\n").map((each) => each.trim()).filter(Boolean),
  });
});

// A trust file that is chosen is shown, so that one sees what is trusted.
find("trust-file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) { return; }
  find("trust").value = await file.slice(0, 300000).text();
});
