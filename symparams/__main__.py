"""`python -m symparams` is the command `symparams`."""

from symparams.cli import main

main(prog_name="symparams")
