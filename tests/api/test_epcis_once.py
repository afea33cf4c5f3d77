"""One event that two requests bring at the same moment is recorded once, and both hear so."""

import json

from passport.models import EpcisEvent
from passport.postgres import capturing
from tests.api.capturing import LINKED, OWN, numbered, seen


def test_an_event_that_another_request_records_meanwhile_is_known(
    cast, as_system, pack, monkeypatch
):
    maker = cast.speak("maker")
    body = json.dumps({"@context": OWN, **seen(pack.identity, eventID=numbered(1))})
    look, blind = capturing.known, [True]

    def too_early(**asked):
        # What the slower of two requests sees: the other has not committed yet.
        return {} if blind and blind.pop() else look(**asked)

    first = maker.send("/epcis/events", body, content_type=LINKED)
    monkeypatch.setattr(capturing, "known", too_early)
    second = maker.send("/epcis/events", body, content_type=LINKED)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second["Location"] == first["Location"]
    assert not blind
    with as_system():
        assert EpcisEvent.objects.count() == 1
