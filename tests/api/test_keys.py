"""Keys come, are replaced and go over HTTP; the answer says how each stands and who vouches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passport.proof import canonical, keyevent, keyfile, receipt
from passport.proof.keyfile import KeyFile
from tests.cast import THEN, Cast
from tests.passport.house import House
from tests.simulator import AT, key_of


def nonce(cast: Cast, who: str = "maker") -> str:
    return str(cast.speak(who).send("/api/v1/keys/challenges", {}).json()["nonce"])


def send(cast: Cast, document: bytes, who: str = "maker") -> Any:
    return cast.speak(who).send("/api/v1/keys", {"credential": json.loads(document)})


def enrolled(cast: Cast, fragment: str = "key-1") -> KeyFile:
    held = key_of("issuer", f"{cast['maker'].did}#{fragment}")
    answer = send(cast, keyevent.enrol(key=held, challenge=nonce(cast), created=AT))
    assert answer.status_code == 202, answer.json()
    return held


def rotated(cast: Cast, old: KeyFile, fragment: str = "key-2") -> Any:
    new = key_of("issuer", f"{cast['maker'].did}#{fragment}")
    return send(cast, keyevent.rotate(key=old, new=new, challenge=nonce(cast), created=AT))


def revoked(cast: Cast, by: KeyFile, method: str = "", suspect_from: int | None = None) -> Any:
    document = keyevent.revoke(
        key=by, method=method or by.name, reason="keyCompromise", challenge=nonce(cast),
        created=AT, suspect_from=suspect_from,
    )  # fmt: skip
    return send(cast, document)


def listed(cast: Cast) -> list[dict[str, Any]]:
    return list(cast.speak("maker").get("/api/v1/keys").json()["items"])


def test_a_key_is_replaced_and_the_list_says_by_which(cast: Cast) -> None:
    old = enrolled(cast)
    answer = rotated(cast, old)
    assert answer.status_code == 202, answer.json()
    assert answer["Location"] == "/api/v1/keys"
    new = answer.json()
    assert new.pop("receipt")
    assert (new["state"], new["replaces"], new["index"]) == ("IN_FORCE", old.name, None)
    first, second = listed(cast)
    assert (first["state"], first["replaced_by"]) == ("REPLACED", second["method"])
    assert [each["op"] for each in first["events"]] == ["add", "rotate"]
    assert second == new


def test_a_key_is_revoked_and_the_answer_says_from_where_it_is_suspect(cast: Cast) -> None:
    old = enrolled(cast)
    answer = revoked(cast, old, suspect_from=0)
    assert answer.status_code == 202, answer.json()
    gone = answer.json()
    assert gone.pop("receipt")
    assert (gone["state"], gone["reason"], gone["suspect_from"]) == ("REVOKED", "keyCompromise", 0)
    assert (gone["vouched_by"], gone["hosted"], gone["public_key"]) == (
        "SERVICE", False, old.multikey,
    )  # fmt: skip
    assert [each["signed_by"] for each in gone["events"]] == [old.name, old.name]
    assert listed(cast) == [gone | {"digest": gone["events"][0]["digest"]}]


def test_a_revocation_is_promised_to_be_logged(cast: Cast, settings: Any) -> None:
    old = enrolled(cast)
    answer = revoked(cast, old).json()
    service = keyfile.decode(settings.PASSPORT_RECORD_KEY.read_bytes())
    promise, _ = receipt.read(
        canonical.encode(answer["receipt"]), resolve_key={service.name: service.public_key}.get
    )
    assert (promise.kind, promise.digest.hex()) == ("key", answer["events"][1]["digest"])


def test_events_have_their_index_once_they_are_published(
    cast: Cast, tmp_path: Any, as_system: Any, settings: Any
) -> None:
    house = House(tmp_path)
    settings.PASSPORT_LOG_DIR = house.press.folder
    with as_system():
        house.begin()
    revoked(cast, enrolled(cast))
    assert [each["index"] for each in listed(cast)[0]["events"]] == [None, None]
    with as_system():
        house.turn(THEN)
    assert [each["index"] for each in listed(cast)[0]["events"]] == [0, 1]
    assert listed(cast)[0]["index"] == 0


REFUSED = {
    "by an ended key": (409, "key-ended", lambda c, k: (revoked(c, k), rotated(c, k))[1]),
    "a name that is taken": (
        409, "method-taken", lambda c, k: rotated(c, enrolled(c, "key-2"), "key-1")
    ),
    "a key that nobody enrolled": (404, "no-such-key", lambda c, k: revoked(c, k, k.name + "0")),
    "twice without a suspicion": (
        409, "suspicion-not-wider",
        lambda c, k: (revoked(c, k), revoked(c, enrolled(c, "key-2"), k.name))[1],
    ),
    "suspect from beyond the log": (400, "malformed", lambda c, k: revoked(c, k, suspect_from=99)),
    "no key event": (
        422, "bad-credential",
        lambda c, k: send(c, keyevent.enrol(key=k, challenge="x", created=AT).replace(
            b'"op":"add"', b'"op":"lend"')),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_has_its_own_kind(cast: Cast, case: str) -> None:
    status, code, cheat = REFUSED[case]
    answer = cheat(cast, enrolled(cast))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    kind = cast.speak("nobody").get(f"/problems/{code}").json()
    assert (kind["status"], bool(kind["title"])) == (status, True)


def test_a_sent_event_may_be_sent_again_under_its_key(cast: Cast) -> None:
    held = key_of("issuer", f"{cast['maker'].did}#key-1")
    document = keyevent.enrol(key=held, challenge=nonce(cast), created=AT)
    body = {"credential": json.loads(document)}
    answers = [
        cast.speak("maker").send("/api/v1/keys", body, idempotency_key="one") for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert cast.speak("maker").send("/api/v1/keys", body).status_code == 409


def test_the_keys_of_others_are_not_listed(cast: Cast) -> None:
    enrolled(cast)
    for who in ("second-maker", "keeper", "auditor"):
        assert cast.speak(who).get("/api/v1/keys").json()["items"] == []
