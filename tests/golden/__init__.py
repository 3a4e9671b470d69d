"""What symparams answers to thousands of inputs, line by line: a change that alters an answer shows in the diff of these files.

`python -m tests.golden` writes them anew, `python -m tests.golden claims 17` prints one input with its whole answer. A line holds
the input, the beginning of the answer, and a digest of all of it. The other tests say what is right; these say that nothing
changed unnoticed, so read every changed line before committing it.
"""
