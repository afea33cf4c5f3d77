"""The command line of a stranger: keygen, sign, verify, witness, monitor, pack."""

import argparse
import sys

from passport.audit import keygen, monitor, pack, sign, verify, witness
from passport.proof.errors import ProofError
from passport.proof.report import REFUSED

_COMMANDS = (keygen, sign, verify, witness, monitor, pack)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; 2 for anything that could not be done."""
    parser = argparse.ArgumentParser(
        prog="python -m passport.audit",
        description="Sign, check and watch battery records without trusting the service that"
        " keeps them.",
    )
    commands = parser.add_subparsers(metavar="command", required=True)
    for command in _COMMANDS:
        command.register(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except ProofError as error:
        verify.explain(error)
    except OSError as error:
        print(f"{error.filename or 'The network'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
