"""Mutants that no test can tell from the original, each with the reason: they are taken out of the count."""

from __future__ import annotations

__all__ = ["EQUIVALENTS"]

EQUIVALENTS: dict[tuple[str, str, str], str] = {  # file, line before, line after: the reason
    (
        "symparams/formulas/grammar.py",
        "token, following = (self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)])",
        "token, following = (self.token, self.tokens[min(self.place + 1, len(self.tokens) - 2)])",
    ): "what follows the last name is the end, or by this change the name itself: neither is a bracket",
    (
        "symparams/notation/points.py",
        "values: dict[str, int] = field(compare=False)",
        "values: dict[str, int] = field(compare=True)",
    ): "no two branches have the same number, which is compared before",
    (
        "symparams/notation/equality.py",
        "if isinstance(expr, Pow) and expr.exp.is_Integer and (expr.exp > 0):",
        "if isinstance(expr, Pow) and expr.exp.is_Integer and (expr.exp > 1):",
    ): "sympy has no power with the exponent 1",
    (
        "symparams/checks/readings/reading.py",
        "quotients = any((power.exp.is_Integer and power.exp < 0 and power.base.is_Add for power in expr.atoms(Pow)))",
        "quotients = any((power.exp.is_Integer and power.exp <= 0 and power.base.is_Add for power in expr.atoms(Pow)))",
    ): "sympy has no power with the exponent 0",
}
