"""`keygen`: makes a private key with one purpose and prints what may be public of it."""

import argparse
import os
from pathlib import Path

from passport.audit import files, hsm
from passport.proof import keyfile
from passport.proof.errors import BadKeyFile
from passport.proof.keyfile import KeyFile, Token

_EPILOG = f"""examples:
  keygen --did did:web:cellmaker.example --out maker.key
  keygen --did did:web:cellmaker.example --out maker.key \\
         --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token line-4 --label maker-1

With --pkcs11 the key is made in a hardware module and stays there; the file then only says where.
The PIN comes from {hsm.PIN}, from the file that {hsm.PIN}_FILE names, or is asked for."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "keygen",
        help="make a key",
        description="Make an Ed25519 key. The private half goes to a new file that only you can"
        " read (mode 0600); the public half is printed.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    device = parser.add_argument_group("a key in a hardware module")
    device.add_argument("--pkcs11", metavar="MODULE", help="library of the module's vendor")
    device.add_argument("--token", help="label of the token in the module")
    device.add_argument("--label", help="label of the key in the token; a new one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the key; refuses to replace a file."""
    name = _name(arguments.purpose, arguments.did, arguments.name)
    if arguments.out.exists():
        raise _taken(arguments.out)
    key, data = _made(arguments, name)
    try:
        files.write_new_private(arguments.out, data)
    except FileExistsError as error:
        raise _taken(arguments.out) from error
    print(public_text(key), end="")
    return 0


def _taken(path: Path) -> BadKeyFile:
    return BadKeyFile(
        f"{path} exists; a key is never overwritten.",
        remedy="Choose another --out, or move the old key away.",
    )


def _made(arguments: argparse.Namespace, name: str) -> tuple[KeyFile, bytes]:
    if arguments.pkcs11 is None:
        key = keyfile.make(purpose=arguments.purpose, name=name, seed=os.urandom(32))
        return key, keyfile.encode(key)
    place = {"module": arguments.pkcs11, "token": arguments.token, "label": arguments.label}
    if not all(place.values()):
        raise BadKeyFile("A key in a hardware module needs --pkcs11, --token and --label.")
    # The name is looked at before the device is: a key that nothing names would stay in it.
    keyfile.make(purpose=arguments.purpose, name=name, seed=bytes(32))
    public_key = hsm.make(**place)
    token = Token(purpose=arguments.purpose, name=name, public_key=public_key, **place)
    data = keyfile.encode_token(token)
    return keyfile.decode(data, lend=hsm.lend), data


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
