"""Recalls at the desk: what is open, where its batteries are now, opening one and closing it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http.streaming import acting_for
from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import recall
from passport.actions.recall import Notice, Scope
from passport.queries import desk_recall, made, party
from passport.queries import recall as recalls
from passport.queries.recall import Whereabouts
from passport.rules.errors import Refusal

_SHOWN = 200
_LISTED, _LOTS = 100, 50
# Batteries that one statement looks for while a file is written.
_AT_ONCE = 20_000
# Which input of the form a refusal of the action leads to.
_FIELDS = {"batteries": "serials", "lots": "lots-recalled", "models": "model"}
_COLUMNS = (
    *("identity", "serial", "level", "lot", "state", "unit_level"),
    *("unit_id", "path", "holder", "country"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the recalls; a POST opens one of the maker's own batteries."""
    if request.method == "POST":
        return _open(request)
    return _listing(request)


@require_safe
@signed_in
def record(request: DeskRequest, recall_id: uuid.UUID) -> HttpResponseBase:
    """Show one recall, and to whom it is for, where its batteries are now."""
    return _record(request, recall_id)


@require_POST
@signed_in
def close(request: DeskRequest, recall_id: uuid.UUID) -> HttpResponseBase:
    """Close a recall, with a word why."""
    try:
        recall.close(
            recall_id=recall_id,
            because=request.POST.get("because", "")[:600],
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _record(request, recall_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/recalls/{recall_id}/")


@require_safe
@signed_in
def table(request: DeskRequest, recall_id: uuid.UUID) -> HttpResponseBase:
    """Hand out where the batteries of a recall are as a file."""
    found = recalls.by_id(recall_id=recall_id)
    return _file(request, partial(recalls.where_now, recall=found), name=f"recall-{recall_id}")


@require_safe
@signed_in
def lot(request: DeskRequest) -> HttpResponseBase:
    """Show where the maker's batteries of a lot are now; `?format=csv` as a file."""
    name = request.GET.get("lot", "").strip()[:20]
    if request.GET.get("format") == "csv":
        return _file(request, partial(recalls.where_lot, lot=name), name="lot")
    context = {
        "lot": name,
        "counts": recalls.counts_lot(lot=name),
        "rows": recalls.where_lot(lot=name, limit=_SHOWN),
    }
    return page(request, "desk/lot.html", context)


def _open(request: DeskRequest) -> HttpResponseBase:
    said = request.POST
    try:
        whose = said.get("maker", "")
        maker = party.by_id(party_id=identifiers([whose])[0]) if whose else request.desk.acting()
        opened = recall.open_recall(
            maker=maker,
            notice=Notice(
                reason=said.get("reason", "")[:600],
                advice=said.get("advice", "")[:600],
                url=said.get("notice_url", "").strip()[:600],
            ),
            scope=Scope(
                lots=_words(said.get("lots", "")),
                models=identifiers(said.getlist("model")),
                batteries=desk_recall.named(maker=maker, names=_words(said.get("serials", ""))),
            ),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        found = wrong_of(refusal)
        field = found.field.partition("-")[0]
        wrong_field = _FIELDS.get(field, field)
        wrong = Wrong(found.detail, found.remedy, wrong_field)
        return _listing(request, wrong, status=answered(refusal))
    return HttpResponseRedirect(f"/desk/recalls/{opened.pk}/")


def _words(text: str) -> tuple[str, ...]:
    """A lot and a serial may hold a comma: what stands between spaces is one."""
    return tuple(dict.fromkeys(text.split()))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 0


def _whose(request: DeskRequest, makers: desk_recall.Choice[Any] | None) -> uuid.UUID:
    """Whose models stand in the form: of the maker chosen, of the only one there is, one's own."""
    if makers is None:
        return request.desk.party.id
    chosen = request.POST.get("maker", "")
    for each in makers.first:
        if str(each.pk) == chosen or len(makers.first) == 1:
            return each.pk
    return request.desk.party.id


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    roles = request.desk.party.roles
    skip = _number(request.GET.get("skip", ""))
    found = recalls.newest(limit=_LISTED + 1, skip=skip)
    name = (request.POST or request.GET).get("maker_name", "").strip()[:120]
    makers = desk_recall.makers(name=name) if "AUTHORITY" in roles else None
    models = desk_recall.models(party_id=_whose(request, makers))
    context = {
        "recalls": found[:_LISTED],
        "older": skip + _LISTED if len(found) > _LISTED else None,
        "mine": desk_recall.in_hand(),
        "maker": "MAKER" in roles,
        "authority": "AUTHORITY" in roles,
        "maker_name": name,
        "makers": makers.first if makers else (),
        "makers_cut": makers is not None and makers.cut,
        "models": models.first,
        "models_cut": models.cut,
        "lots": made.lots(limit=_LOTS).lots,
        "asked": request.POST,
        "picked": request.POST.getlist("model"),
        "refusals": wrong,
    }
    return page(request, "desk/recalls.html", context, status=status)


def _record(
    request: DeskRequest, recall_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    found = recalls.by_id(recall_id=recall_id)
    me = request.desk.party
    told = me.id in (found.maker_id, found.opened_by_id) or "AUTHORITY" in me.roles
    context = {
        "recall": found,
        "model_names": recalls.model_names(recall=found),
        "closes": found.closed_at is None
        and (found.opened_by_id == me.id or "AUTHORITY" in me.roles),
        "told": told,
        "mine": None if told else desk_recall.in_hand(),
        "refusals": wrong,
        "counts": recalls.counts_now(recall=found) if told else None,
        "rows": recalls.where_now(recall=found, limit=_SHOWN) if told else (),
    }
    return page(request, "desk/recall.html", context, status=status)


def _file(
    request: DeskRequest, fetch: Callable[..., list[Whereabouts]], *, name: str
) -> HttpResponseBase:
    write = str if request.GET.get("raw") == "1" else _plain
    written = _written(fetch, request.desk.party.id, write) if request.method == "GET" else ()
    response = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _written(
    fetch: Callable[..., list[Whereabouts]], party_id: uuid.UUID, write: Callable[[str], str]
) -> Iterator[str]:
    """The file, some rows at a time, each time in a transaction of its own."""
    yield _lines([_COLUMNS])
    after: uuid.UUID | None = None
    while True:
        with acting_for(party_id):
            rows = fetch(after=after, limit=_AT_ONCE)
        yield _lines([write(_text(getattr(row, column))) for column in _COLUMNS] for row in rows)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id


def _lines(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    """A cell of the file; what a spreadsheet would run as a formula stays text."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
