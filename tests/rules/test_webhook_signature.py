"""Signatures of webhooks fit the vector of the standard's authors, and nothing else."""

from __future__ import annotations

import base64

from passport.rules.webhook_signature import SECRET_BYTES, headers, sign, spell

# Made with the libraries of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, SENT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))


def test_the_vector_comes_out() -> None:
    assert sign(secret=KEY, message_id=ID, timestamp=SENT, body=BODY) == SIGNATURE
    assert spell(KEY) == SECRET


def test_any_other_word_gives_another_signature() -> None:
    told = {"secret": KEY, "message_id": ID, "timestamp": SENT, "body": BODY}
    others = (
        {"secret": KEY + b"\0" * 65},
        {"message_id": ID + "x"},
        {"timestamp": SENT + 1},
        {"body": BODY + b" "},
    )
    assert SIGNATURE not in {sign(**(told | other)) for other in others}


def test_each_secret_in_force_signs() -> None:
    said = headers(secrets=[KEY, b"other"], message_id=ID, timestamp=SENT, body=BODY)
    assert said["webhook-id"] == ID
    assert said["webhook-timestamp"] == str(SENT)
    first, second = said["webhook-signature"].split(" ")
    assert first == SIGNATURE
    assert second == sign(secret=b"other", message_id=ID, timestamp=SENT, body=BODY)


def test_a_secret_is_as_long_as_the_standard_asks() -> None:
    assert 24 <= SECRET_BYTES <= 64
