"""python -m symparams.frameworks.names: writes the harvest, or with --check says what it would change."""

from __future__ import annotations

import sys

from symparams.frameworks.names.harvest import FILE, differences, harvested, read, written


def main(arguments: list[str]) -> int:
    """Runs the harvest; the exit status is 1 where --check finds a difference, 2 for arguments that are not known."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m symparams.frameworks.names [--check]", file=sys.stderr)
        return 2
    found = harvested()
    changes = list(differences(read(), found))
    print("\n".join([*changes, f"{len(changes)} differences from {FILE.name}"]))
    if not arguments:
        FILE.write_text(written(found), encoding="utf-8")
    return int(bool(arguments and changes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
