"""Mutation testing: one small fault at a time in a copy of the package, and the tests that should notice it."""
