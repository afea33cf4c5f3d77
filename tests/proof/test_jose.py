"""vc+jwt: accepted by somebody else's JOSE, refused when anything is changed, never a maker's."""

import base64
import json

import pytest
from joserfc import jwk, jws
from joserfc.errors import BadSignatureError

from passport.proof import canonical, credential, jose
from passport.proof.errors import BadSignature, UnknownKey
from tests.simulator import AT, CELLMAKER, SERVICE, cell_id, key_of, origin_of, sign

KEY = key_of("issuer", CELLMAKER + "#key-1")
RECORD = key_of("record", SERVICE + "#record-1")
CLAIM = origin_of(KEY, cell_id(1), chemistry="LFP")
TOKEN = jose.seal(CLAIM, private_key=KEY.private_key, method=KEY.name)
STANDING = jose.Standing(
    source="https://passport.example/api/v1/attestations/1",
    origin="passport.example/log/2026",
    index=131_075,
    status_list="https://passport.example/status/1",
)


def resolve(method: str) -> bytes:
    for key in (KEY, RECORD):
        if key.name == method:
            return key.public_key
    raise UnknownKey(method)


def read_by_others(token: str, public_key: bytes) -> tuple[dict, dict]:
    """Header and payload as joserfc verifies them."""
    x = base64.urlsafe_b64encode(public_key).rstrip(b"=").decode()
    key = jwk.OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
    found = jws.deserialize_compact(token, key, algorithms=["Ed25519"])
    return found.headers(), json.loads(found.payload)


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def header(**changed: object) -> str:
    usual = {"alg": "Ed25519", "cty": "vc", "kid": KEY.name, "typ": "vc+jwt"}
    return b64u(json.dumps(usual | changed).encode())


def signed(head: str, payload: bytes) -> str:
    """A token that is signed well, whatever stands in it."""
    text = f"{head}.{b64u(payload)}"
    return f"{text}.{b64u(KEY.private_key.sign(text.encode()))}"


def test_an_independent_library_verifies_it():
    headers, payload = read_by_others(TOKEN, KEY.public_key)
    assert headers == {"alg": "Ed25519", "cty": "vc", "kid": KEY.name, "typ": "vc+jwt"}
    assert payload == CLAIM
    assert jose.opened(TOKEN, resolve_key=resolve) == CLAIM


def test_neither_takes_a_changed_claim():
    head, payload, signature = TOKEN.split(".")
    changed = canonical.loads(base64.urlsafe_b64decode(payload + "=="))
    changed["credentialSubject"]["chemistry"] = "NMC"
    token = ".".join([head, b64u(canonical.encode(changed)), signature])
    with pytest.raises(BadSignatureError):
        read_by_others(token, KEY.public_key)
    with pytest.raises(BadSignature):
        jose.opened(token, resolve_key=resolve)


BODY = canonical.encode(CLAIM)
BAD = {
    "two parts": "e30.e30",
    "four parts": TOKEN + ".e30",
    "endless": "a" * 600_000,
    "padding": TOKEN + "==",
    "stray bits": TOKEN[:-1] + ("B" if TOKEN[-1] != "B" else "C"),
    "an older name of the algorithm": signed(header(alg="EdDSA"), BODY),
    "no algorithm": signed(header(alg="none"), BODY),
    "another type": signed(header(typ="JWT"), BODY),
    "a key in the header": signed(header(jwk={"kty": "OKP"}), BODY),
    "a critical extension": signed(header(crit=["b64"], b64=False), BODY),
    "no key named": signed(b64u(b'{"alg":"Ed25519","cty":"vc","typ":"vc+jwt"}'), BODY),
    "a key that is a number": signed(header(kid=1), BODY),
    "a header twice": signed(b64u(b'{"alg":"none","alg":"Ed25519"}'), BODY),
    "a header that is a list": signed(b64u(b"[]"), BODY),
    "a payload that is no JSON": signed(header(), b"{"),
    "a payload with a float": signed(header(), b'{"a":1.5}'),
    "a payload without an issuer": signed(header(), b"{}"),
    "a payload of another issuer": signed(header(), BODY.replace(b"cellmaker", b"packmaker")),
    "a payload with a proof": signed(header(), sign(KEY, CLAIM)),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_what_is_no_token_of_ours_is_refused(token):
    with pytest.raises(jose.BadToken):
        jose.opened(token, resolve_key=resolve)


def test_an_unknown_key_is_not_believed():
    with pytest.raises(UnknownKey):
        jose.opened(TOKEN, resolve_key=lambda method: resolve("nobody"))


def test_a_credential_with_a_proof_goes_into_no_envelope():
    document = canonical.loads(sign(KEY, CLAIM))
    with pytest.raises(jose.BadToken, match="proof of its own"):
        jose.seal(document, private_key=KEY.private_key, method=KEY.name)


def test_nobody_signs_in_the_name_of_another():
    with pytest.raises(jose.BadToken, match="does not belong"):
        jose.seal(CLAIM, private_key=RECORD.private_key, method=RECORD.name)


def test_the_service_tells_again_in_its_own_name():
    original = credential.read(sign(KEY, CLAIM))
    document = jose.restated(original, standing=STANDING, issuer=SERVICE, at=AT)
    token = jose.seal(document, private_key=RECORD.private_key, method=RECORD.name)
    _, payload = read_by_others(token, RECORD.public_key)
    (evidence,), (source,) = payload["evidence"], payload["relatedResource"]
    digest = "sha256-" + base64.b64encode(original.sha256).decode()
    assert (payload["issuer"], payload["type"][1]) == (SERVICE, "RestatedAttestation")
    assert payload["credentialSubject"] == CLAIM["credentialSubject"]
    assert (evidence["issuer"], evidence["logIndex"]) == (CELLMAKER, 131_075)
    assert digest == evidence["digestSRI"] == source["digestSRI"]
    assert payload["credentialStatus"]["statusListIndex"] == "3"
    with pytest.raises(BadSignatureError):
        read_by_others(token, KEY.public_key)
