"""The one door: demo, test, and every Django command, each with the environment it needs."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - what calls us may well be older
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit("This is Python " + found + ", and 3.11 is needed. Call it with a newer python3.")

from passport.local.door import main  # an older Python cannot even read it

if __name__ == "__main__":
    sys.exit(main(sys.argv))
