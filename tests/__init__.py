"""Tests of the whole house; an area's own tests stand in the area."""
