"""`sign`: signs on the maker's own side, so that the service never holds the maker's key."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from passport.audit import files
from passport.proof import batch, canonical, credential, keyevent
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBatch, BadCredential
from passport.proof.keyfile import KeyFile

_ITEMS_LIMIT = 2**30
_COMMON_LIMIT = canonical.MAX_BYTES
_EPILOG = """examples:
  sign --key k.json --in claim.json --out signed.json      sign a credential that you wrote
  sign --key k.json --enrol --challenge NONCE              prove that you hold the key
  sign --key k.json --rotate new.json --challenge NONCE    put a new key in its place
  sign --key k.json --revoke '#key-1' --reason keyCompromise --suspect-from 4711 \\
       --challenge NONCE                                   withdraw a key: this one or another
  sign --key k.json --origin facts.json                    origin attestation of one battery
  sign --key k.json --batch cells.ndjson --common c.json   one signature for many batteries

The challenge is the service's: POST /api/v1/keys/challenges; what comes out goes to
POST /api/v1/keys as {"credential": ...}. k.json may name a key in a hardware module (see keygen).
--suspect-from is the index in the log from which on you doubt what the key signed.

facts.json is {"id": ..., "components": [ids of its parts], ...}; quantities are strings.
Salts are drawn where an item or the facts have none."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "sign",
        help="sign an attestation, a batch, or what becomes of a key",
        description="Sign with your own key (W3C Data Integrity, eddsa-jcs-2022).",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--key", type=Path, required=True, help="private key file from keygen")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--in", dest="document", type=Path, help="credential without proof")
    what.add_argument("--enrol", action="store_true", help="make the event that enrols the key")
    what.add_argument("--rotate", metavar="NEWKEY", type=Path, help="key file of the next key")
    what.add_argument("--revoke", metavar="METHOD", help="key to withdraw: DID#name, or #name")
    what.add_argument("--batch", type=Path, help="items, one JSON object a line, each with an id")
    what.add_argument("--origin", type=Path, help="facts of one battery")
    parser.add_argument("--challenge", help="with a key event: the nonce that the service gave")
    parser.add_argument("--reason", choices=keyevent.REASONS, help="with --revoke")
    parser.add_argument(
        "--suspect-from", metavar="INDEX", type=int, help="with --revoke: first doubted entry"
    )
    parser.add_argument("--common", type=Path, help="with --batch: what all items share")
    parser.add_argument(
        "--upstream",
        type=Path,
        action="append",
        default=[],
        help="signed attestation or batch that this one builds upon; may be repeated",
    )
    parser.add_argument(
        "--access", choices=credential.ACCESS_SETS, default="public", help="default: public"
    )
    parser.add_argument("--created", help="moment in UTC to write into the proof; default: now")
    parser.add_argument("--out", type=Path, help="default: standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Sign what the arguments name and write it out in canonical form."""
    key = files.load_key(arguments.key, purposes=("issuer", "record"))
    created = arguments.created or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if arguments.enrol or arguments.rotate or arguments.revoke:
        data = _key_event(arguments, key, created)
        # Read again as the service will: a method or an index that is wrong is told here.
        keyevent.read(data, resolve_key=lambda _: key.public_key)
    elif arguments.batch:
        data = _batch(arguments, key, created)
    elif arguments.origin:
        data = _origin(arguments, key, created)
    else:
        data = _sign(_object(arguments.document), key, created)
    files.write(arguments.out, data)
    return 0


def _key_event(arguments: argparse.Namespace, key: KeyFile, created: str) -> bytes:
    challenge = arguments.challenge
    if not challenge:
        raise BadCredential(
            "A key event needs the --challenge that the service gave.",
            remedy="Ask for one: POST /api/v1/keys/challenges",
        )
    if arguments.enrol:
        return keyevent.enrol(key=key, challenge=challenge, created=created)
    if arguments.rotate:
        new = files.load_key(arguments.rotate, purposes=(key.purpose,))
        if (new.did, new.name != key.name) != (key.did, True):
            raise BadCredential(
                f"{new.name} cannot take the place of {key.name}.",
                remedy="Make a key of the same DID under another --name: keygen --name key-2",
            )
        return keyevent.rotate(key=key, new=new, challenge=challenge, created=created)
    if not arguments.reason:
        raise BadCredential("--revoke needs a --reason.", remedy=" or ".join(keyevent.REASONS))
    method = arguments.revoke
    return keyevent.revoke(
        key=key,
        method=f"{key.did}{method}" if method.startswith("#") else method,
        reason=arguments.reason,
        challenge=challenge,
        created=created,
        suspect_from=arguments.suspect_from,
    )


def _sign(document: dict[str, object], key: KeyFile, created: str) -> bytes:
    return credential.sign(document, private_key=key.private_key, method=key.name, created=created)


def _object(path: Path) -> dict[str, object]:
    value = canonical.loads(files.read(path, limit=_COMMON_LIMIT))
    if not isinstance(value, dict):
        raise BadCredential(f"{path} is not a JSON object.")
    return value


def _salt() -> str:
    return b64u_encode(os.urandom(credential.SALT_BYTES))


def _upstream(paths: list[Path]) -> list[str]:
    """Return the digests of signed attestations; a batch file gives that of its credential."""
    digests = []
    for path in paths:
        value = canonical.loads(files.read(path, limit=_ITEMS_LIMIT), max_bytes=_ITEMS_LIMIT)
        if isinstance(value, dict) and isinstance(value.get("credential"), dict):
            value = value["credential"]
        data = canonical.encode(value)
        credential.read(data)
        digests.append(b64u_encode(credential.digest(data)))
    return digests


def _origin(arguments: argparse.Namespace, key: KeyFile, created: str) -> bytes:
    facts = _object(arguments.origin)
    subject: dict[str, object] = {"salt": _salt(), "accessSet": arguments.access, **facts}
    if isinstance(facts.get("components"), list):
        subject["components"] = batch.component_root([str(each) for each in facts["components"]])  # type: ignore[attr-defined]
    if arguments.upstream:
        subject["upstream"] = _upstream(arguments.upstream)
    return _sign(
        {
            "@context": credential.CONTEXTS,
            "type": ["VerifiableCredential", credential.ORIGIN],
            "issuer": key.did,
            "validFrom": created,
            "credentialSubject": subject,
        },
        key,
        created,
    )


def _batch(arguments: argparse.Namespace, key: KeyFile, created: str) -> bytes:
    """Return {"credential", "items"}: the body that the service takes for a batch."""
    common = _object(arguments.common) if arguments.common else {}
    made = batch.build(_items(arguments.batch), common=common)
    header = batch.Header(
        issuer=key.did,
        valid_from=created,
        salt=os.urandom(credential.SALT_BYTES),
        access=arguments.access,
        common=common,
        upstream=tuple(_upstream(arguments.upstream)),
    )
    signed = _sign(batch.document(batch=made, header=header), key, created)
    print(f"{len(made.items)} items, root {batch.root_encode(made.root)}", file=sys.stderr)
    # Both halves are canonical already: joining them keeps a million items out of a second tree.
    return b'{"credential":' + signed + b',"items":[' + b",".join(made.items) + b"]}"


def _items(path: Path) -> list[bytes]:
    items = []
    for number, line in enumerate(files.read(path, limit=_ITEMS_LIMIT).splitlines(), start=1):
        if not line.strip():
            continue
        item = canonical.loads(line, max_bytes=batch.MAX_ITEM_BYTES)
        if not isinstance(item, dict):
            raise BadBatch(f"Line {number} of {path} is not a JSON object.")
        items.append(canonical.encode({"salt": _salt(), **item}))
    return items
