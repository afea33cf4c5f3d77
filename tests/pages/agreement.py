"""Lets Python and a browser judge the same bundles, and finds where they differ."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from passport.audit.telling import print_report
from passport.proof import policy, verdict
from passport.proof.canonical import MAX_INTEGER
from passport.proof.errors import BadBundle, ProofError
from passport.proof.report import Report
from tests.pages.browser import Browser, BrowserFailed
from tests.pages.mutants import Case

STATIC = Path(__file__).resolve().parents[2] / "api" / "static"
SCRIPT = Path(__file__).with_name("agreement.js")
PAGE = b'<!doctype html><title>agreement</title><script type="module" src="/agreement.js"></script>'
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
Outcome = Mapping[str, Any]


def judged_here(case: Case) -> Outcome:
    """What Python says of a case."""
    try:
        trusted = policy.parse(case.trust.encode())
        report = verdict.verify(case.data, policy=trusted, did_documents=case.dids)
    except BadBundle as error:
        told = {"step": error.step, "detail": error.detail, "remedy": error.remedy}
        return {"verdict": "REFUSED", **told}
    except ProofError as error:
        return {"verdict": error.title, "detail": error.detail}
    return _told(report)


def _told(report: Report) -> Outcome:
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_report(report)
    kept = (
        "verdict", "batteries", "attestations", "withdrawals", "erased", "keys", "completeness",
        "saltedByMaker", "title", "attested", "recycled", "doubts",
    )  # fmt: skip
    value = report.as_json()
    told = {name: value[name] for name in kept} | {"coverage": _spelt(asdict(report.coverage))}
    told["keys"] = [_spelt(each) for each in told["keys"]]
    return _portable({**told, "lines": printed.getvalue().splitlines()})


def _spelt(value: Mapping[str, Any]) -> dict[str, Any]:
    """Names as JavaScript writes them; what has an order there is a list of pairs."""
    return {
        name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:]): each
        if not isinstance(each, dict)
        else [list(pair) for pair in each.items()]
        for name, each in value.items()
    }


def _portable(value: Any) -> Any:
    """Numbers that a browser would round are texts on both sides."""
    if isinstance(value, dict):
        return {name: _portable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_portable(each) for each in value]
    return str(value) if type(value) is int and abs(value) > MAX_INTEGER else value


class _Handler(BaseHTTPRequestHandler):
    """Gives the script of the page and the cases to a browser."""

    def do_GET(self) -> None:
        found = self.server.files.get(self.path)  # type: ignore[attr-defined]
        if found is None and self.path.startswith("/static/verify/"):
            found = ((STATIC / self.path.removeprefix("/static/")).read_bytes(), "text/javascript")
        if found is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", found[1])
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(found[0])))
        self.end_headers()
        self.wfile.write(found[0])

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(cases: Sequence[Case]) -> Iterator[str]:
    """The address of a page that judges these cases."""
    rows = [
        {
            "data": base64.b64encode(case.data).decode(),
            "trust": case.trust,
            "dids": {did: base64.b64encode(each).decode() for did, each in case.dids.items()},
        }
        for case in cases
    ]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.files = {  # type: ignore[attr-defined]
        "/": (PAGE, "text/html"),
        "/agreement.js": (SCRIPT.read_bytes(), "text/javascript"),
        "/cases": (json.dumps(rows).encode(), "application/json"),
        "/favicon.ico": (b"", "image/x-icon"),
    }
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def judged_there(browser: Browser, cases: Sequence[Case], *, patience_s: float) -> list[Outcome]:
    """What the browser says of the cases, in their order."""
    with served(cases) as address:
        browser.open(address)
        deadline = time.monotonic() + patience_s
        while not browser.ask("globalThis.finished === true"):
            if time.monotonic() > deadline or browser.complaints:
                done = browser.ask("globalThis.outcomes?.length ?? 0")
                raise BrowserFailed(f"{done} of {len(cases)} judged: {browser.complaints}")
            time.sleep(0.2)
        texts = []
        for at in range(0, len(cases), 100):
            texts += browser.ask(f"globalThis.outcomes.slice({at}, {at + 100})")
    return [json.loads(each) for each in texts]


def difference(here: Outcome, there: Outcome) -> str:
    """What the two say differently of one case; empty when they agree.

    Only one sentence may differ: which known term comes near an unknown one is Python's guess.
    """
    ours, theirs = dict(here), dict(there)
    if str(ours.get("remedy", "")).startswith("Did you mean "):
        ours["remedy"] = "Remove it before signing."
    names = sorted(each for each in ours | theirs if ours.get(each) != theirs.get(each))
    return "; ".join(f"{name}: {ours.get(name)!r} and {theirs.get(name)!r}" for name in names)[
        :2000
    ]
