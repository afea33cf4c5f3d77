"""did:web names are read strictly, since they become addresses."""

import pytest

from passport.proof import did
from passport.proof.errors import BadDid

NAMES = {
    "did:web:cellmaker.example": "https://cellmaker.example/.well-known/did.json",
    "did:web:localhost%3A8443": "https://localhost:8443/.well-known/did.json",
    "did:web:a.example:parties:7": "https://a.example/parties/7/did.json",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_where_its_document_lies(name):
    assert did.parse_did(name).document_url == NAMES[name]


@pytest.mark.parametrize(
    "name",
    [
        "did:key:z6Mk",
        "did:web:",
        "did:web:Cellmaker.example",
        "did:web:a..example",
        "did:web:-a.example",
        "did:web:user@a.example",
        "did:web:a.example%2Fb",
        "did:web:a.example%3A99999",
        "did:web:a.example%3a8443",
        "did:web:a.example:..",
        "did:web:a.example::b",
        "did:web:a.example/b",
        "did:web:a.example?x",
        "did:web:a.example\n",
        "did:web:" + "a" * 300,
        None,
    ],
)
def test_refuses(name):
    with pytest.raises(BadDid):
        did.parse_did(name)


def test_a_method_is_a_name_and_a_fragment():
    assert did.parse_method("did:web:a.example#key-1") == ("did:web:a.example", "key-1")
    for bad in ("did:web:a.example", "did:web:a.example#", "did:web:a.example#a#b", 7):
        with pytest.raises(BadDid):
            did.parse_method(bad)


def test_a_did_document_lists_its_keys():
    method = "did:web:a.example#key-1"
    document = did.document(did="did:web:a.example", methods={method: "z6Mk"})

    assert document["assertionMethod"] == [method]


def test_a_method_fits_into_an_entry_of_the_log():
    name = "did:web:" + ":".join(["m.example", *["a" * 60] * 4])
    longest = name[: did.MAX_METHOD - 2] + "#k"

    assert did.parse_method(longest)[1] == "k"
    with pytest.raises(BadDid, match="at most 255"):
        did.parse_method(longest + "k")
