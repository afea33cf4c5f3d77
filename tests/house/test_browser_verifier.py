"""The verifier in the browser is the verifier: same steps, words, terms, limits; and harmless."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from passport.proof import errors, keyevent, kinds, leaf, verdict, vocabulary
from passport.proof.report import Verdict, Voucher
from tests.house.source import ROOT, place

FOLDER = ROOT / "api" / "static" / "verify"
SCRIPTS = sorted(FOLDER.glob("*.js"))
# A long text is put together from parts there as here.
WHOLE = re.sub(r'["`]\s*\+\s*["`]', "", "\n".join(each.read_text("utf-8") for each in SCRIPTS))
MIRRORED = (
    "batch", "canonical", "chain", "checkpoint", "claims", "completeness", "coverage",
    "credential", "did", "encoding", "erasure", "evidence", "integrity", "keyevent", "keyring",
    "keys", "kinds", "leaf", "note", "parts", "policy", "record", "recycled", "replay",
    "report", "shapes", "snapshot", "strictjson", "tree", "unbundle", "verdict", "verdicts",
    "vouching",
)  # fmt: skip
# Said by who writes, signs or serves, which the browser does not; or by Python's own libraries.
NOT_THERE = {
    "The batch has no items.", "items make another tree than the", "that were signed.",
    "Send all items, in the order in which they were signed, byte for byte.",
    "A batch has at most", "Make two batches.", "stands twice in the batch.",
    "The value has no canonical form:", "The document has a proof already.", "is not known.",
    "An Ed25519 seed has 32 bytes; this has", "are allowed.", "leaves holds none of",
    "The text of a note ends with a newline.", "Did you mean",
    "The rows of the index are not in the order of their subjects.",
    "A leaf hash and a root have 32 bytes.", "The inclusion path leads to another root.",
    "The inclusion path is too long, or not made of hashes.", "The inclusion path is too short.",
    "is not in a tree of", "accessSet must be one of",
    "A hash in the entry has", "bytes; it must have 32.",
}  # fmt: skip
WORDS = (
    *leaf.KINDS, *kinds.KINDS, *keyevent.REASONS, *vocabulary.ACCESS_SETS, *vocabulary.LEVELS,
    *Verdict, *Voucher,
)  # fmt: skip
# What reaches out of the page, keeps something, or reads a text as markup or as a program.
HARMFUL = (
    r"innerHTML|outerHTML|insertAdjacent|document\.write|createContextualFragment|DOMParser"
    r"|\beval\b|new Function|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon"
    r"|importScripts|\bimport\(|localStorage|sessionStorage|indexedDB|\bcookie\b|https?://[a-z]+/"
)

LIMIT = r"^(?:export )?const (MAX_\w+|\w+_BYTES) = ([0-9* ]+);"


def constants(module: str) -> Iterator[str]:
    """The texts of a module of proof that people read, docstrings apart."""
    tree = ast.parse((ROOT / "passport" / module).with_suffix(".py").read_text("utf-8"))
    opens = [each.body[0] for each in ast.walk(tree) if getattr(each, "body", None) and
             isinstance(each, ast.Module | ast.ClassDef | ast.FunctionDef)]  # fmt: skip
    docstrings = {id(each.value) for each in opens if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            told = str(node.value).strip()
            if len(told) >= 12 and re.search(r"[a-z] [a-z]", told):
                yield told


@pytest.mark.parametrize("module", MIRRORED)
def test_each_sentence_of_the_verifier_stands_in_the_script(module: str) -> None:
    sentences = set(constants(f"proof/{module}")) - NOT_THERE
    assert [each for each in sorted(sentences) if each not in WHOLE] == []


def test_the_outcome_is_printed_in_the_same_words() -> None:
    sentences = [each for each in constants("audit/telling") if not each.startswith("Stamped")]
    assert len(sentences) >= 8
    assert [each for each in sentences if each not in WHOLE] == []


def test_the_steps_are_the_same_in_the_same_order() -> None:
    steps = re.findall(r'\[(\d+), "(\w+)", (?:null|\w+)\]', (FOLDER / "verdict.js").read_text())
    ours = [("1", "Read"), *((str(number), title) for number, title, _ in verdict._STEPS)]
    assert steps == ours


def test_each_refusal_has_its_title_and_each_choice_its_word() -> None:
    script = (FOLDER / "errors.js").read_text()
    named = dict(re.findall(r'class (\w+) extends ProofError \{\s+static title = "(.+)";', script))
    assert len(named) >= 14
    assert {name: getattr(errors, name).title for name in named} == named
    assert [each for each in WORDS if f'"{each}"' not in WHOLE] == []


def test_each_term_of_each_kind_is_known_and_no_other() -> None:
    script = (FOLDER / "vocabulary.js").read_text()
    there = set(re.findall(r"\b([a-z]\w+)(?=: [a-zA-Z]|,\n)", script)) | {"country", "material"}
    ours = {term for terms in kinds.VOCABULARY.values() for term in terms.shapes}
    assert ours - there == set()


def test_the_limits_are_the_same() -> None:
    found = {}
    for script in SCRIPTS:
        if script.stem not in MIRRORED:
            continue
        module = importlib.import_module(f"passport.proof.{script.stem}")
        text = script.read_text("utf-8")
        for name, value in re.findall(LIMIT, text, re.M):
            ours = getattr(module, name, getattr(module, f"_{name}", None))
            found[f"{script.stem}.{name}"] = (ours, _number(value))
    assert len(found) >= 20
    assert {name: both for name, both in found.items() if both[0] != both[1]} == {}


def _number(text: str) -> int:
    """The value of `64 * 2 ** 20`."""
    product = 1
    for factor in text.replace("**", "^").split("*"):
        basis, _, power = factor.partition("^")
        product *= int(basis) ** int(power or 1)
    return product


@pytest.mark.parametrize("script", SCRIPTS, ids=place)
def test_a_script_is_tidy_and_does_no_harm(script: Path) -> None:
    text = script.read_text("utf-8")
    lines = text.splitlines()
    assert lines[0].startswith("// "), "the first line says what it is for"
    assert len(lines) <= 250
    assert max(map(len, lines)) <= 100
    assert re.search(HARMFUL, text) is None
    imported = re.findall(r'from "([^"]+)"', text)
    assert [each for each in imported if not (FOLDER / each).is_file()] == []


def test_what_a_script_gives_out_is_taken_by_another_or_by_a_test() -> None:
    texts = {each.name: each.read_text("utf-8") for each in SCRIPTS}
    texts["agreement"] = (ROOT / "tests" / "pages" / "agreement.js").read_text("utf-8")
    idle = [
        f"{name}: {given}"
        for name, text in texts.items()
        for given in re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.M)
        if not any(re.search(rf"\b{given}\b", other) for at, other in texts.items() if at != name)
    ]
    assert idle == []
