"""Every word of our own that our events use has a meaning where its name leads."""

from __future__ import annotations

import re
from pathlib import Path

from passport.rules import epcis_native
from passport.rules.epcis_native import stem_of
from passport.rules.epcis_vocabulary import WORDS, vocabulary

RULES = Path(epcis_native.__file__).parent


def test_no_word_is_without_its_meaning() -> None:
    said = "".join(each.read_text("utf-8") for each in RULES.glob("epcis_*.py"))
    used = set(re.findall(r'"bat:([A-Za-z]+)"', said)) | set(re.findall(r'own\(f?"([a-z]+)', said))
    used |= set(re.findall(r'fact="([A-Za-z]+)"', said))
    assert len(used) > 20
    assert used <= set(WORDS)


def test_a_name_leads_to_its_meaning() -> None:
    told = vocabulary(stem=stem_of("https://passport.example/"))
    assert told["@context"]["bat"] == "https://passport.example/epcis/bat#"  # type: ignore[index]
    words = {each["@id"]: each for each in told["@graph"]}  # type: ignore[attr-defined]
    assert words["bat:StateOfHealth"]["comment"].startswith("the fraction")
    assert len(words) == len(WORDS)
