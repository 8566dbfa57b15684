"""The demonstration's database as a whole: thrown away and made again, empty."""

import psycopg
from psycopg import sql


def make_anew(address: str, name: str) -> None:
    """Drop a database of the server at this address and create it; whoever is connected to it is sent away."""
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
