"""Broken and hostile input by the thousand, the same for the same seed: whatever comes, an answer or one of our own errors."""
