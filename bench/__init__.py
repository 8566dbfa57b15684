"""Figures of this product beside those of a peer or a limit, in one run: `./run bench [name …]`."""
