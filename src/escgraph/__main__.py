"""`python -m escgraph` is `escgraph`."""

from escgraph.cli import main

main()
