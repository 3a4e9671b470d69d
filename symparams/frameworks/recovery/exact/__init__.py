"""Exact numbers: linear algebra and evaluation over the rationals, integers that remember where they come from."""
