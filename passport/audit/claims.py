"""What `sign` says of batteries and lots: claims, batches of them, and what takes them back."""

import argparse
import os
import sys
from pathlib import Path

from passport.audit import attested_file, files
from passport.proof import batch, canonical, credential, jose, kinds
from passport.proof.credential import Credential
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBatch, BadCredential
from passport.proof.keyfile import KeyFile

_ITEMS_LIMIT = 2**30


def register(parser: argparse.ArgumentParser) -> None:
    """Add what claims need besides their key."""
    parser.add_argument(
        "--kind",
        choices=kinds.CLAIMS,
        default=kinds.ORIGIN,
        help="with --origin, --batch and --file: another kind of claim; default: %(default)s",
    )
    parser.add_argument(
        "--model",
        metavar="CODE",
        action="append",
        default=[],
        help="with --file: attest batteries of this model only; may be repeated",
    )
    parser.add_argument("--common", type=Path, help="with --batch and --file: what all items share")
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
    parser.add_argument(
        "--item",
        metavar="ID",
        action="append",
        help="with --withdraw: only this item of a batch; may be repeated",
    )
    parser.add_argument(
        "--jwt", action="store_true", help="with --in and --origin: an envelope, vc+jwt"
    )


def make(arguments: argparse.Namespace, *, key: KeyFile, created: str) -> bytes:
    """Return what was asked for, signed; refuses what the service would refuse in it."""
    if arguments.batch:
        if arguments.jwt:
            raise BadCredential("A batch is signed with an embedded proof.", remedy="Drop --jwt.")
        return _batch(arguments, key, created)
    if arguments.withdraw:
        return _signed(_withdrawal(arguments, key, created), key, created)
    document = _origin(arguments, key, created) if arguments.origin else _object(arguments.document)
    data = _signed(document, key, created)
    if not arguments.jwt:
        return data
    # What stands in the envelope is held to the same profile: it was just signed under it.
    return jose.seal(document, private_key=key.private_key, method=key.name).encode()


def _signed(document: dict[str, object], key: KeyFile, created: str) -> bytes:
    return credential.sign(document, private_key=key.private_key, method=key.name, created=created)


def _document(
    kind: str, subject: dict[str, object], key: KeyFile, created: str
) -> dict[str, object]:
    return {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", kind],
        "issuer": key.did,
        "validFrom": created,
        "credentialSubject": subject,
    }


def _object(path: Path) -> dict[str, object]:
    value = canonical.loads(files.read(path, limit=canonical.MAX_BYTES))
    if not isinstance(value, dict):
        raise BadCredential(f"{path} is not a JSON object.")
    return value


def _salt() -> str:
    return b64u_encode(os.urandom(credential.SALT_BYTES))


def _read(path: Path) -> Credential:
    """Read a signed credential; of a batch file, the credential in it."""
    value = canonical.loads(files.read(path, limit=_ITEMS_LIMIT), max_bytes=_ITEMS_LIMIT)
    if isinstance(value, dict) and isinstance(value.get("credential"), dict):
        value = value["credential"]
    return credential.read(canonical.encode(value))


def _upstream(paths: list[Path]) -> list[str]:
    return [b64u_encode(_read(path).sha256) for path in paths]


def _withdrawal(arguments: argparse.Namespace, key: KeyFile, created: str) -> dict[str, object]:
    """Take back a signed attestation: for the same readers, about the same subject."""
    if not arguments.reason:
        raise BadCredential("--withdraw needs a --reason.", remedy="Say it in a sentence.")
    target = _read(arguments.withdraw)
    subject: dict[str, object] = {
        "salt": _salt(),
        "accessSet": target.access,
        "withdraws": b64u_encode(target.sha256),
        "reason": arguments.reason,
    }
    if target.subject_id is not None:
        subject["id"] = target.subject_id
    if arguments.item:
        subject["items"] = sorted(set(arguments.item))
    return _document(kinds.WITHDRAWAL, subject, key, created)


def _origin(arguments: argparse.Namespace, key: KeyFile, created: str) -> dict[str, object]:
    facts = _object(arguments.origin)
    subject: dict[str, object] = {"salt": _salt(), "accessSet": arguments.access, **facts}
    components = facts.get("components")
    if isinstance(components, list):
        subject["components"] = batch.component_root([str(each) for each in components])
    if arguments.upstream:
        subject["upstream"] = _upstream(arguments.upstream)
    return _document(arguments.kind, subject, key, created)


def attest_file(arguments: argparse.Namespace, *, key: KeyFile, created: str) -> None:
    """Write a file of serials with its signed batch, ready to be sent."""
    attested_file.make(
        source=arguments.file,
        out=arguments.out,
        models=frozenset(arguments.model),
        header=_header(arguments, key, created),
        sign=lambda document: _signed(document, key, created),
    )


def _header(arguments: argparse.Namespace, key: KeyFile, created: str) -> batch.Header:
    return batch.Header(
        issuer=key.did,
        valid_from=created,
        salt=os.urandom(credential.SALT_BYTES),
        access=arguments.access,
        common=_object(arguments.common) if arguments.common else {},
        upstream=tuple(_upstream(arguments.upstream)),
        item_type=arguments.kind,
    )


def _batch(arguments: argparse.Namespace, key: KeyFile, created: str) -> bytes:
    """Return {"credential", "items"}: the body that the service takes for a batch."""
    header = _header(arguments, key, created)
    made = batch.build(_items(arguments.batch), common=header.common, item_type=header.item_type)
    signed = _signed(batch.document(batch=made, header=header), key, created)
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
