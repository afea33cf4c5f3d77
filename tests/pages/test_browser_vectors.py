"""Vectors of others, judged by the scripts of the page as by Python: signatures, JSON, growth."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passport.proof import canonical, keys, tree
from passport.proof.errors import ProofError
from tests.oracle_data import oracle
from tests.pages import agreement
from tests.pages.browser import Browser, chromium, needs_chromium

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]
# Runs `check` of a module on each case, and tells `true`, what it gave, or why it refused.
JUDGE = """(async () => {
  const m = Object.fromEntries(await Promise.all(["canonical", "encoding", "keys", "tree"]
    .map(async (name) => [name, await import(`/static/verify/${name}.js`)])));
  const un = (text) => m.encoding.b64Decode(text);
  const check = %s;
  const told = [];
  for (const each of %s) {
    try { told.push((await check(each)) ?? true); } catch (error) { told.push(error.detail); }
  }
  return told;
})()"""
SIGNATURE = "([key, message, signature]) => m.keys.verify(un(key), un(message), un(signature))"
FORM = "([data]) => m.encoding.hex(m.canonical.encode(m.canonical.loads(un(data))))"
GROWTH = """([old, size, oldRoot, root, path]) => m.tree.verifyConsistency(
  { old, size, oldRoot: un(oldRoot), root: un(root), path: path.map(un) })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A page that may load the scripts."""
    with chromium() as opened, agreement.served([]) as address:
        opened.open(address)
        yield opened


def told(check: Callable[[], object]) -> object:
    """What Python says: nothing against it, what it gave, or why it refused."""
    try:
        given = check()
    except ProofError as error:
        return error.detail
    return True if given is None else given


def there(browser: Browser, check: str, cases: list[Any]) -> list[object]:
    """What the browser says of each."""
    found: list[object] = browser.ask(JUDGE % (check, json.dumps(cases)))
    return found


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def signatures() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Keys, messages and signatures at the edges of Ed25519, good and bad."""
    for each in json.loads(oracle("crypto/ed25519/ed25519vectors.json").read_text()):
        yield bytes.fromhex(each["key"]), each["msg"].encode(), bytes.fromhex(each["sig"])
    whole = json.loads(oracle("crypto/ed25519/wycheproof_ed25519_test.json").read_text())
    for group in whole["testGroups"]:
        for test in group["tests"]:
            key = bytes.fromhex(group["publicKey"]["pk"])
            yield key, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])


def test_signatures_at_the_edges_are_judged_alike(browser: Browser) -> None:
    cases = list(signatures())
    assert len(cases) == 914 + 151
    here = [told(lambda each=each: keys.verify(*each)) for each in cases]  # type: ignore[misc]
    assert there(browser, SIGNATURE, [[b64(part) for part in each] for each in cases]) == here
    assert min(here.count(True), len(here) - here.count(True)) > 50


def test_documents_have_one_form(browser: Browser) -> None:
    folder = oracle("crypto/rfc8785/testdata")
    cases = [each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()]
    here = [told(lambda each=each: canonical.encode(canonical.loads(each)).hex()) for each in cases]  # type: ignore[misc]
    assert there(browser, FORM, [[b64(each)] for each in cases]) == here
    assert len(cases) >= 12


def test_the_growth_of_a_tree_is_judged_alike(browser: Browser) -> None:
    folder = oracle("crypto/merkle/testdata/consistency")
    found = [json.loads(each.read_text()) for each in sorted(folder.rglob("*.json"))]
    cases = [
        [each["size1"], each["size2"], each["root1"], each["root2"], each["proof"] or []]
        for each in found
    ]
    here = [told(lambda each=each: _grows(*each)) for each in cases]  # type: ignore[misc]
    assert there(browser, GROWTH, cases) == here
    assert len(cases) == 98


def _grows(old: int, new: int, old_root: str, new_root: str, path: list[str]) -> None:
    tree.verify_consistency(
        old=old,
        new=new,
        old_root=base64.b64decode(old_root),
        new_root=base64.b64decode(new_root),
        path=[base64.b64decode(each) for each in path],
    )
