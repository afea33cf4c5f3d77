"""`pack`: puts this program into one file that anybody can build again, byte for byte."""

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

from passport.proof.errors import BadEncoding

_FOLDERS = ("proof", "rules", "audit")
_MAIN = b"""import sys

from passport.audit.__main__ import main

sys.exit(main())
"""
_SHEBANG = b"#!/usr/bin/env python3\n"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "pack",
        help="build the reproducible one-file program",
        description="Build one .pyz that needs only Python, cryptography and rfc8785, and print"
        " its SHA-256. The same sources give the same bytes on every machine.",
    )
    parser.add_argument("--out", type=Path, default=Path("audit.pyz"), help="default: %(default)s")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build the file and print its digest."""
    data = build(Path(__file__).resolve().parents[1])
    arguments.out.write_bytes(data)
    arguments.out.chmod(0o755)
    print(f"{hashlib.sha256(data).hexdigest()}  {arguments.out}")
    return 0


def build(package: Path) -> bytes:
    """Return the program made of the sources of a package folder; refuses a packed one."""
    if not package.is_dir():
        raise BadEncoding("This program is packed already.", remedy="Run pack from the sources.")
    sources = [package / "__init__.py"]
    for folder in _FOLDERS:
        sources += (package / folder).glob("*.py")
    members = {path.relative_to(package.parent).as_posix(): path.read_bytes() for path in sources}
    members["__main__.py"] = _MAIN
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name in sorted(members):
            _add(packed, name, members[name])
    return _SHEBANG + archive.getvalue()


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    # Stored, not deflated: two builds of zlib may compress the same bytes differently.
    entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED
    packed.writestr(entry, data)
