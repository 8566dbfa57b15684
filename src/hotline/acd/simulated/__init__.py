"""An exchange without lines: callers and telephones that behave by chance, for demonstrations and measurements."""
