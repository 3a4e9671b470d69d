"""Whether a published formula is right."""
