"""The arithmetic of the open interface: formats, filters, public words, signatures. Pure."""
