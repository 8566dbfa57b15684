"""The entry points: the embedded database, the supervisor, the script that starts them."""
