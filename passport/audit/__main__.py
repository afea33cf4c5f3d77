"""The command line of a stranger: keygen, sign, verify, witness, monitor, pack."""

import argparse
import importlib
import sys

from passport.audit.telling import explain
from passport.proof.errors import ProofError
from passport.proof.report import REFUSED

_COMMANDS = ("keygen", "sign", "verify", "witness", "monitor", "pack")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; 2 for anything that could not be done."""
    parser = argparse.ArgumentParser(
        prog="python -m passport.audit",
        description="Sign, check and watch battery records without trusting the service that"
        " keeps them.",
    )
    commands = parser.add_subparsers(metavar="command", required=True)
    given = sys.argv[1:] if arguments is None else arguments
    # Only the command that was called is loaded: a check waits for nothing that signs or watches.
    for name in given[:1] if given and given[0] in _COMMANDS else _COMMANDS:
        importlib.import_module(f"passport.audit.{name}").register(commands)
    chosen = parser.parse_args(given)
    try:
        return int(chosen.run(chosen))
    except ProofError as error:
        explain(error)
    except OSError as error:
        print(f"{error.filename or 'The network'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
