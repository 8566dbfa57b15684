"""The ACD: the process that drives the telephone exchange. Pure rules of routing, a thin shell around them."""
