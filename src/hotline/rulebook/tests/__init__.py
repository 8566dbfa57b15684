"""Tests of the handbook's rules; none of them needs a database."""
