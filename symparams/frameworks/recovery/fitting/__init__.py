"""The black box: formulas fitted to the values of a function of sizes."""
