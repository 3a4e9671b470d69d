"""The symbolic method: from traced builds to a tree with symbolic shapes and numbers of copies."""
