"""KaTeX, as a strict judge of TeX.

katex.min.js and LICENSE are those of KaTeX 0.19.1 as npm has it, unchanged; a newer one: `npm pack katex`.
"""

from contextlib import contextmanager
from pathlib import Path

from py_mini_racer import MiniRacer

_ACCEPT = """const accept = (tex, displayMode) => {
    katex.renderToString(tex, {displayMode, strict: "error", throwOnError: true});
    return true;
}"""


class Katex:
    """What a notebook or a page would show; each method raises KaTeX's own error."""

    def __init__(self, racer):
        self._racer = racer

    def accept(self, tex, display=True):
        """Reads one formula."""
        self._racer.call("accept", tex, display)

    def accept_dollars(self, words):
        """Reads what stands between dollars in Markdown, a notebook's output or a table, and tells how many formulas there are."""
        words = words.replace("\\$", "")
        sign = "$$" if words.startswith("$$") else "$"
        outside, formulas = words.split(sign)[::2], words.split(sign)[1::2]
        assert len(outside) == len(formulas) + 1, f"a dollar stands alone: {words}"
        for formula in formulas:
            self.accept(formula, display=sign == "$$")
        return len(formulas)


@contextmanager
def running():
    """KaTeX in an engine that is closed at the end; one that is not keeps Python from ending."""
    with MiniRacer() as racer:
        racer.eval(Path(__file__).with_name("katex.min.js").read_text(encoding="utf-8"))
        racer.eval(_ACCEPT)
        yield Katex(racer)
