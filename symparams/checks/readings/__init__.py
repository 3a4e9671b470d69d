"""From the text of a claim to its readings: formulas, the sizes that their names stand for, and their sides."""
