"""What the README says of the program that strangers run is what the sources make."""

import hashlib
import re

from passport.audit import pack
from tests.house.source import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_names_the_digest_of_the_packed_program() -> None:
    said = re.findall(r"^([0-9a-f]{64})  audit\.pyz$", README, re.MULTILINE)
    made = hashlib.sha256(pack.build(ROOT / "passport")).hexdigest()
    assert said == [made], f"README.md should name {made}  audit.pyz"


def test_the_readme_names_every_command() -> None:
    folders = ("passport/management/commands", "api/management/commands")
    names = {path.stem for each in folders for path in (ROOT / each).glob("[a-z]*.py")}
    # Steps of the demo, run by it.
    names -= {"story", "walkthrough"}
    assert sorted(each for each in names if f"manage.py {each}" not in README) == []
