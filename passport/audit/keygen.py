"""`keygen`: makes a private key with one purpose and prints what may be public of it."""

import argparse
import os
from pathlib import Path

from passport.audit import files
from passport.proof import keyfile
from passport.proof.errors import BadKeyFile
from passport.proof.keyfile import KeyFile


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "keygen",
        help="make a key",
        description="Make an Ed25519 key. The private half goes to a new file that only you can"
        " read (mode 0600); the public half is printed.",
    )
    parser.add_argument("--out", type=Path, required=True, help="file for the private key")
    parser.add_argument("--did", help="your DID, such as did:web:cellmaker.example")
    parser.add_argument(
        "--purpose", choices=keyfile.PURPOSES, default="issuer", help="default: issuer"
    )
    parser.add_argument(
        "--name",
        help="for issuer and record: the name after # (default key-1); for log: its origin;"
        " for witness: its name",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the key; refuses to replace a file."""
    name = _name(arguments.purpose, arguments.did, arguments.name)
    key = keyfile.make(purpose=arguments.purpose, name=name, seed=os.urandom(32))
    try:
        files.write_new_private(arguments.out, keyfile.encode(key))
    except FileExistsError as error:
        raise BadKeyFile(
            f"{arguments.out} exists; a key is never overwritten.",
            remedy="Choose another --out, or move the old key away.",
        ) from error
    print(public_text(key), end="")
    return 0


def _name(purpose: str, did: str | None, name: str | None) -> str:
    if purpose in ("issuer", "record"):
        if did is None:
            raise BadKeyFile(f"A {purpose} key belongs to a DID.", remedy="Add --did did:web:...")
        return f"{did}#{name or 'key-1'}"
    if name is None:
        raise BadKeyFile(f"A {purpose} key needs a name.", remedy="Add --name.")
    return name


def public_text(key: KeyFile) -> str:
    """Return what to publish of a key, and the line by which a trust file names it."""
    if key.purpose in ("issuer", "record"):
        return (
            f"method  {key.name}\n"
            f"public  {key.multikey}\n"
            f"trust   {key.purpose} {key.did} {key.multikey}\n"
        )
    vkey = key.verifier.vkey
    line = f"log {vkey}" if key.purpose == "log" else f"witness {key.name} {vkey}"
    return f"name    {key.name}\nvkey    {vkey}\ntrust   {line}\n"
