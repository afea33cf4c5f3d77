"""Every text that a page marks is said in every language, and compiled as it is written."""

from __future__ import annotations

import gettext
import io
import json
import re
from pathlib import Path

import pytest

from api.management.messages import catalogue
from api.management.messages.catalogue import BadCatalogue, Message
from api.management.messages.marked import in_python, in_template, marked
from api.pages.point_words import POINTS
from passport.queries.public_points import GROUPS
from tests.house.source import ROOT

API = ROOT / "api"
PLACES = catalogue.places(API / "locale")
HOLES = re.compile(r"%\(\w+\)s|\{\w*\}")
# Elements that a translation keeps, whatever stands in them.
MARKUP = re.compile(r"<[^>]+>")


def said(language: str) -> dict[Message, tuple[str, ...]]:
    """The catalogue of a language."""
    return catalogue.read(PLACES[language].read_text("utf-8"))


def test_the_pages_speak_german() -> None:
    assert list(PLACES) == ["de"]


@pytest.mark.parametrize("language", PLACES)
def test_every_marked_text_is_translated_and_nothing_else_is(language: str) -> None:
    wanted, found = marked(API), said(language)
    assert len(wanted) > 500
    assert {each: place for each, place in wanted.items() if not all(found.get(each, ("",)))} == {}
    assert set(found) - set(wanted) == set(), "manage.py messages takes these out"


@pytest.mark.parametrize("language", PLACES)
def test_translations_keep_placeholders_and_elements(language: str) -> None:
    wrong = []
    for message, forms in said(language).items():
        for form in forms:
            holes = set(HOLES.findall(message.one + message.plural))
            elements = sorted(MARKUP.findall(message.plural or message.one))
            if holes != set(HOLES.findall(form)) or elements != sorted(MARKUP.findall(form)):
                wrong.append((message.one, form))
    assert wrong == []


def test_every_public_data_point_and_group_is_marked_as_the_catalogue_calls_it() -> None:
    catalogue_ = json.loads((ROOT / "fixtures" / "reference" / "datapoints.json").read_text())
    names = {each["name"] for each in catalogue_["points"] if each["access"] == "public"}
    assert set(POINTS) == names | {name for _, name in GROUPS}


@pytest.mark.parametrize("language", PLACES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    made = catalogue.compiled(said(language), language=language)
    assert PLACES[language].with_suffix(".mo").read_bytes() == made, "run manage.py messages"


@pytest.mark.parametrize("language", PLACES)
def test_the_catalogue_is_written_as_it_would_be_written_again(language: str) -> None:
    text = PLACES[language].read_text("utf-8")
    assert catalogue.write(catalogue.read(text), language=language) == text


def test_python_s_own_reader_finds_what_was_compiled() -> None:
    known = {
        Message("a", ""): ("ä\n„b“",),
        Message("%(n)s cell", "%(n)s cells"): ("%(n)s Zelle", "%(n)s Zellen"),
        Message("not yet"): ("",),
    }
    made = catalogue.compiled(known, language="de")
    found = gettext.GNUTranslations(io.BytesIO(made))
    assert found.gettext("a") == "ä\n„b“"
    said_ = [found.ngettext("%(n)s cell", "%(n)s cells", n) for n in (1, 2)]
    assert said_ == ["%(n)s Zelle", "%(n)s Zellen"]
    assert found.gettext("not yet") == "not yet"
    assert catalogue.read(catalogue.write(known, language="de")) == known


def test_a_broken_catalogue_is_told_by_its_line() -> None:
    with pytest.raises(BadCatalogue, match="line 2"):
        catalogue.read('msgid "a"\nmsgstr "b\n')


MARKED = {
    '{% translate "One" %}': [Message("One")],
    "{% blocktranslate with a=b %}One {{ a }}{% endblocktranslate %}": [Message("One %(a)s")],
    "{% blocktranslate count n=n %}{{ n }} a{% plural %}{{ n }} b{% endblocktranslate %}": [
        Message("%(n)s a", "%(n)s b")
    ],
    '{% translate "5 %" %} {% translate "(a)" %}': [Message("5 %%"), Message("(a)")],
    "{% translate name %} Not marked": [],
}


@pytest.mark.parametrize("template", MARKED)
def test_marks_of_templates_are_found(template: str) -> None:
    assert list(in_template(template)) == MARKED[template]


def test_marks_of_python_are_found() -> None:
    assert list(in_python('x = _("a"), ngettext("b", "c", n), other("d")')) == [
        Message("a"),
        Message("b", "c"),
    ]
    with pytest.raises(ValueError, match="no literal"):
        list(in_python("_(name)"))


def test_no_page_of_the_maker_leaves_words_unmarked() -> None:
    """What stands between elements of these templates is marked, or no word."""
    found = [
        f"{path.name}: {text.strip()[:60]}"
        for path in _translated()
        for text in _bare(path.read_text("utf-8"))
    ]
    assert found == []


# Pages that so far speak English alone.
ENGLISH = {
    "verify.html", "bundle.html", "bundles.html", "bundle_check.html", "bundle_progress.html",
    "acts.html",
}  # fmt: skip


def _translated() -> list[Path]:
    every = sorted((API / "templates").rglob("*.html"))
    return [
        each for each in every if each.name not in ENGLISH and each.parent.name != "administration"
    ]


def _bare(text: str) -> list[str]:
    text = re.sub(r"(?s)\{% blocktranslate.*?\{% endblocktranslate %\}", "", text)
    text = re.sub(r"(?s)<(pre|svg|code|script)\b.*?</\1>", "", text)
    text = re.sub(r"(?s)\{[%{#].*?[%}#]\}", "", text)
    text = re.sub(r'(?s)class="(?:[^"]*\b)?mono\b[^>]*>[^<]*<', "><", text)
    known = {"GTIN", "DID", "PDF", "ZPL", "event.json", "kWh", "mm", "dpi", "pt"}
    return [
        each
        for each in re.findall(r">([^<>]+)<", text)
        if re.search(r"[a-z]{3,}", re.sub(r"&\w+;", "", each)) and each.strip() not in known
    ]
