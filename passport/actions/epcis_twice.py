"""Documents with events that name something twice: taken, with a word about how they were read."""

from dataclasses import replace

from passport.actions.epcis_reading import Document, Read, check_length, read_document
from passport.actions.epcis_slices import slices_of
from passport.rules.epcis_json import SaidTwice
from passport.rules.epcis_twice import last_of
from passport.rules.errors import Refusal


def read_tolerantly(*, document: bytes, max_bytes: int) -> Document:
    """As read_document(), but an event may name something of its own twice: the last one counts.

    `warned` says so of each, and such an event has what was `received` beside its `text`. Refused
    is, with all that read_document() refuses, whatever stands twice elsewhere.
    """
    try:
        return read_document(document=document, max_bytes=max_bytes)
    except SaidTwice:
        once, received, warned = _once(document)
        if not warned:
            raise
    found = read_document(document=once, max_bytes=max_bytes)
    read, refused = [], dict(found.refused)
    for each in found.read:
        try:
            read.append(_with(each, received.get(each.place, "")))
        except Refusal as refusal:
            refused[each.place] = refusal
    return replace(found, read=read, refused=refused, warned=warned)


def _with(read: Read, received: str) -> Read:
    check_length(len((read.text + read.context + received).encode()))
    return read._replace(received=received)


def _once(document: bytes) -> tuple[bytes, dict[int, str], dict[int, list[SaidTwice]]]:
    """The document with each name of its events once, and by place what was received and is said.

    Where the same text as an event stands before it, that is changed instead, and the event is
    refused as it was.
    """
    slices = slices_of(document)
    # Around events nothing stands twice, the type of the document neither.
    alone = [] if slices.epcisBody else [document]
    events = slices.under(slices.stem) if slices.stem else alone
    parts: list[bytes] = []
    received, warned = {}, {}
    done = 0
    for place, each in enumerate(events):
        text, told = last_of(each.decode())
        if told:
            begins = document.index(each, done)
            parts += [document[done:begins], text.encode()]
            done = begins + len(each)
            received[place], warned[place] = each.decode().strip(), told
    return b"".join([*parts, document[done:]]), received, warned
