"""`sign`: signs on the maker's own side, so that the service never holds the maker's key."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from passport.audit import claims, files
from passport.proof import keyevent, naming_right
from passport.proof.errors import BadCredential
from passport.proof.keyfile import KeyFile

_EPILOG = """examples:
  sign --key k.json --in claim.json --out signed.json      sign a credential that you wrote
  sign --key k.json --enrol --challenge NONCE              prove that you hold the key
  sign --key k.json --rotate new.json --challenge NONCE    put a new key in its place
  sign --key k.json --revoke '#key-1' --reason keyCompromise --suspect-from 4711 \\
       --challenge NONCE                                   withdraw a key: this one or another
  sign --key k.json --domain maker.example --challenge NONCE
                                                           prove that the domain is yours
  sign --key k.json --origin facts.json                    origin attestation of one battery
  sign --key k.json --origin lot.json --kind MaterialOriginAttestation
                                                           origin of a lot of material
  sign --key k.json --batch cells.ndjson --common c.json   one signature for many batteries
  sign --key k.json --file line7.ndjson --model CELL-280 --out attested.ndjson
                                                           a file of serials with its own batch
  sign --key k.json --withdraw signed.json --reason "the mass was mistaken"
                                                           take an attestation back

The challenge is the service's: POST /api/v1/keys/challenges; what comes out goes to
POST /api/v1/keys as {"credential": ...}. k.json may name a key in a hardware module (see keygen).
The challenge of a domain comes with its claim, POST /api/v1/naming-rights; the domain serves what
comes out at /.well-known/battery-passport.json.
--suspect-from is the index in the log from which on you doubt what the key signed.
What takes back goes to POST /api/v1/attestations/withdrawals, other claims to
POST /api/v1/attestations.

facts.json is {"id": ..., "components": [ids of its parts], ...}; quantities are strings.
Salts are drawn where an item or the facts have none. --file gives every battery line, or those of
each --model, an item of its id and salts; what the line says in "item" beside these is signed too.
It reads line by line: a million of them need no memory."""


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
    what.add_argument("--domain", help="domain that is to serve the signed challenge of a claim")
    what.add_argument("--batch", type=Path, help="items, one JSON object a line, each with an id")
    what.add_argument(
        "--file", type=Path, help="a file of serials (NDJSON), to be sent as it comes out"
    )
    what.add_argument("--origin", type=Path, help="facts of one battery or lot")
    what.add_argument("--withdraw", metavar="SIGNED", type=Path, help="attestation to take back")
    parser.add_argument("--challenge", help="with a key event or a domain: the nonce given")
    parser.add_argument(
        "--reason",
        help=f"with --revoke: {', '.join(keyevent.REASONS)}; with --withdraw: a sentence",
    )
    parser.add_argument(
        "--suspect-from", metavar="INDEX", type=int, help="with --revoke: first doubted entry"
    )
    claims.register(parser)
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
    elif arguments.domain:
        data = _domain(arguments, key, created)
    elif arguments.file:
        claims.attest_file(arguments, key=key, created=created)
        return 0
    else:
        data = claims.make(arguments, key=key, created=created)
    files.write(arguments.out, data)
    return 0


def _domain(arguments: argparse.Namespace, key: KeyFile, created: str) -> bytes:
    if not arguments.challenge:
        raise BadCredential(
            "A domain's proof needs the --challenge that came with the claim.",
            remedy="Claim the domain: POST /api/v1/naming-rights",
        )
    domain = arguments.domain.strip().lower().rstrip(".")
    return naming_right.sign(key=key, domain=domain, challenge=arguments.challenge, created=created)


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
