"""Sizes to build at, and the conditions that sizes have to meet."""
