"""Claims as strangers write them: true formulas renamed and rewritten, formulas with a weight lost, chains, remainders and numbers.

A claim is drawn from its kind, a seed and an index alone, so that each can be drawn again. What is true is decided by exact
arithmetic on the tree's weights, never by `check`, which is what these claims are for: `python -m tests.checks.strangers`.
"""
