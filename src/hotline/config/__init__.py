"""Settings, the menu and the process entry points: the one package that sees everything."""
