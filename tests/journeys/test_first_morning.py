"""From an empty installation to the first verified bundle by pages alone, in a real browser.

Only the maker's own machine runs a program: the one that signs. The table of clicks and seconds is
printed (`-s` shows it); pictures of each page are kept in the folder that PASSPORT_TEST_PICTURES
names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from api.management.walk import programs
from passport.local.layout import ROOT
from tests.journeys import photographed, ruin
from tests.journeys.shift import BAD, CELLS, PACKS, PREFIX, lines, spoilt
from tests.journeys.visitor import Visitor, Way
from tests.pages.browser import chromium, needs_chromium
from tests.passport.admitting import PDF

pytestmark = [pytest.mark.browser, needs_chromium]

PASSWORD = "correct horse battery staple"
DID, NAME, MAIL = "did:web:nordic-cells.example", "Nils", "nils@nordic-cells.example"


@dataclass
class Morning:
    """An empty service, two people at two browsers, and the maker's own machine."""

    link: str
    ada: Visitor
    nils: Visitor
    machine: Path
    way: Way

    def run(self, text: str) -> list[str]:
        """Type the commands that a page shows, on the maker's machine; what they printed."""
        said = []
        for line in text.replace("\\\n", " ").strip().splitlines():
            words = line.split()
            assert words[:2] == ["python3", "audit.pyz"], line
            self.way.legs[-1].keys += 1
            command = [sys.executable, "-m", "passport.audit", *words[2:]]
            done = subprocess.run(
                command, cwd=self.machine, env={"PYTHONPATH": str(ROOT)}, capture_output=True,
                text=True,
            )  # fmt: skip
            assert done.returncode == 0, (line, done.stderr)
            said.append(done.stdout)
        return said


@pytest.fixture
def morning(furnished: Path, tmp_path: Path) -> Iterator[Morning]:
    """Everything stands, nobody is in it."""
    pictures, machine = os.environ.get("PASSPORT_TEST_PICTURES"), tmp_path / "machine"
    machine.mkdir()
    with ExitStack() as stack:
        home = stack.enter_context(ruin.place(furnished))
        ready = stack.enter_context(ruin.running(home, "empty"))
        way = Way(Path(pictures) if pictures else None)
        ada, nils = (
            Visitor(stack.enter_context(chromium()), way, tmp_path / name)
            for name in ("ada", "nils")
        )
        yield Morning(ready["link"], ada, nils, machine, way)
        assert not ada.browser.complaints
        sys.stdout.write(f"\n{way.told()}\n")


def test_from_nothing_to_a_verified_bundle_by_pages_alone(morning: Morning) -> None:
    _let_in(morning)
    pinned = _bring_key(morning)
    batteries = _take_in(morning)
    _sign(morning, batteries)
    code = _print(morning, batteries)
    _scan(morning, code)
    _prove(morning, pinned)


def _open_account(who: Visitor, address: str, *, name: str, email: str = "") -> None:
    who.go(address)
    who.picture("link")
    who.write("name", name)
    if email:
        who.write("email", email)
    who.write("password", PASSWORD)
    who.click("Open account")


def _shown(who: Visitor) -> str:
    """A link that a page shows once."""
    return who.text("pre code").strip()


def _let_in(morning: Morning) -> None:
    """Everybody's way to a desk."""
    ada, nils, way = morning.ada, morning.nils, morning.way
    with way.leg("The first administrator opens the printed link"):
        _open_account(ada, morning.link, name="Ada", email="ada@operator.example")
        ada.picture("administration")
    with way.leg("A person is invited"):
        ada.click("Invitations")
        ada.write("email", MAIL)
        ada.click("To open an account", stays=True)
        ada.click("Invite")
        ada.picture("invited")
        invitation = _shown(ada)
    with way.leg("… and opens the account"):
        _open_account(nils, invitation, name=NAME)
        nils.picture("no-party-yet")
    with way.leg("The company applies, with its licence"):
        nils.click("Apply")
        _apply(nils, morning.machine / "gs1-licence.pdf")
        nils.picture("receipt")
        nils.click("See how it stands")
        nils.picture("application")
    with way.leg("… and is approved, its prefix proven"):
        ada.click("Applications")
        ada.picture("applications")
        ada.click("Nordic Cells")
        ada.picture("to-decide")
        ada.pick("prefix_paper", "Yes, by gs1-licence.pdf")
        ada.click("Approve")
        ada.picture("approved")
    with way.leg("Its person signs in"):
        nils.click("Sign out")
        nils.click("Sign in")
        nils.write("email", MAIL)
        nils.write("password", PASSWORD)
        nils.click("Sign in", within="main")
        assert nils.place == "/desk/"
        nils.picture("desk")


def _apply(nils: Visitor, licence: Path) -> None:
    licence.write_bytes(PDF)
    nils.picture("apply")
    nils.write("name", "Nordic Cells AB")
    nils.pick("country", "Sweden")
    nils.browser.ask("window.scrollTo(0, 0)")
    nils.click("makes", stays=True)
    nils.write("gs1_prefix", PREFIX)
    nils.write("did", DID)
    nils.choose("evidence", licence)
    nils.click("Apply", within="main")


def _bring_key(morning: Morning) -> str:
    """The line by which a trust file names the key, as the maker's own machine printed it."""
    nils = morning.nils
    with morning.way.leg("The maker's key is made on its machine, and enrolled"):
        nils.click("Signing keys")
        nils.picture("no-key")
        nils.click("Get a challenge")
        nils.picture("challenge")
        said = morning.run(nils.text("details[open] pre"))
        nils.choose("event", morning.machine / "event.json")
        nils.click("Send")
        nils.picture("key")
    (line,) = [each for each in said[0].splitlines() if each.startswith("trust ")]
    return line.removeprefix("trust").strip()


def _take_in(morning: Morning) -> str:
    """The page of the file, when all of its lines have landed."""
    nils, way = morning.nils, morning.way
    file = morning.machine / "line-7.ndjson"
    file.write_text("".join(json.dumps(spoilt(each)) + "\n" for each in lines()))
    with way.leg(f"{PACKS * CELLS:,} cells and {PACKS} packs go in"):
        nils.click("Intakes")
        nils.picture("intakes")
        nils.choose("file", file)
        nils.click("Register")
        assert nils.browser.ask("!!document.querySelector('#progress[hx-get] progress')")
        nils.picture("being-read")
        # It comes to its end on this page, without a hand moved.
        nils.until("document.querySelectorAll('.rejected-line').length === 3")
        assert f"{PACKS * CELLS - 3 + PACKS + 2:,}" in nils.text(".figures")
        nils.picture("rejected")
        place = nils.place
    with way.leg("Three bad lines are mended where they stand"):
        for number, line in enumerate(lines(), start=1):
            if str(line.get("id", "")).endswith(tuple(BAD.values())):
                _mend(nils, number, line)
        nils.until(
            "[...document.querySelectorAll('.rejected-line')]"
            ".every((each) => each.innerText.includes('mended'))"
        )
        nils.picture("mended")
    return place


def _mend(nils: Visitor, number: int, line: dict[str, object]) -> None:
    at = f"#line-{number}"
    nils.click("Mend it", within=at, stays=True)
    nils.write(f"text-{number}", json.dumps(line), instead=True)
    nils.click("Check and send", within=at, stays=True)


def _sign(morning: Morning, batteries: str) -> None:
    nils = morning.nils
    with morning.way.leg("Their origin is signed on the maker's machine, and sent"):
        nils.click("Sign their origin")
        nils.picture("to-sign")
        for name in ("cells.ndjson", "packs.ndjson"):
            shutil.move(nils.download(name, name), morning.machine / name)
        listed = (morning.machine / "cells.ndjson").read_text().splitlines()
        assert len(listed) == PACKS * CELLS, "what was mended is to be signed as well"
        morning.run(nils.text("main pre"))
        signed = [morning.machine / f"{level}s-signed.json" for level in ("cell", "pack")]
        nils.choose("files", *signed)
        nils.click("Send")
        nils.sees("The origin of every battery of this file is signed.")
        nils.picture("signed")


def _print(morning: Morning, batteries: str) -> str:
    """What a code says; every label of the sheet was read."""
    nils = morning.nils
    with morning.way.leg("Labels are printed, and read as by a camera"):
        nils.click("Print their labels")
        nils.picture("labels")
        sheet = nils.download("PDF", "labels.pdf")
        nils.click("Record as printed")
        nils.picture("printed")
    read = set()
    for page in pypdfium2.PdfDocument(sheet):
        picture = page.render(scale=300 / 72).to_pil().convert("L")
        found = zxingcpp.read_barcodes(picture)
        read |= {each.text for each in found}
        box = found[0].position
        corners = [box.top_left, box.bottom_right]
        edge = 40
        one = np.asarray(picture)[
            max(0, corners[0].y - edge) : corners[1].y + edge,
            max(0, corners[0].x - edge) : corners[1].x + edge,
        ]
        assert photographed.read(one) == found[0].text
    assert len(read) == PACKS
    assert {each.partition("/21/")[2] for each in read} == {f"NC-{n:03}" for n in range(PACKS)}
    return min(read)


def _scan(morning: Morning, code: str) -> None:
    """Anybody's phone; the browser of somebody who is not signed in to any desk."""
    ada = morning.ada
    with morning.way.leg("A label is scanned: the public page opens"):
        ada.go(code)
        ada.picture("passport")
        said = ada.text()
        assert "NC-000" in said
        assert "signed by Nordic Cells AB" in said
        assert "2 of 2 witnesses" in said


def _prove(morning: Morning, pinned: str) -> None:
    nils = morning.nils
    with morning.way.leg("A bundle is asked for, and taken away"):
        nils.click("Proof")
        nils.picture("proof")
        nils.write("batteries", "NC-000")
        nils.click("Look them up")
        nils.picture("list-checked")
        nils.click("Make the bundle")
        nils.sees("Download the bundle")
        nils.picture("bundle")
        bundle = nils.download("Download the bundle", "bundle.json")
        trust = nils.download("Trust file template", "trust.policy")
    with morning.way.leg("… and verified, with the network off"):
        # The maker's own key, as its machine printed it, and not as the template says.
        text = trust.read_text()
        assert f"# {pinned}\n" in text
        trust.write_text(text.replace(f"# {pinned}\n", f"{pinned}\n"))
        morning.way.legs[-1].keys += 2
        alone = programs.without_network()
        assert alone or "REQUIRE_ORACLES" not in os.environ, "the network could not be taken away"
        done = subprocess.run(
            [*alone, sys.executable, "-m", "passport.audit", "verify",
             str(bundle), "--trust", str(trust)],
            cwd=morning.machine, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )  # fmt: skip
        sys.stdout.write(done.stdout)
        assert done.stdout.rstrip().endswith("ACCEPTED"), done.stdout + done.stderr
        assert done.returncode == 0
