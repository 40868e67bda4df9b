"""`python -m daemon` is `highroad`."""

from daemon.cli import main

main()
