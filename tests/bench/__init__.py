"""How fast the site is, on this machine: `python -m tests.bench`. `make bench` runs it on both databases."""
