"""What the notebooks on the five articles share: statements held against real sizes, and the counts of live modules."""

from sympy import expand

from symparams.notation import Table


class Article:
    """The statements of an article, each with its verdict and the exact difference.

    >>> from symparams import LSTM, symbols
    >>> e, h = symbols("e h")
    >>> article = Article()
    >>> article.hold("0.1", "LSTM 4(eh + h²)", 4 * (e * h + h**2), "one bias vector", LSTM(e, h).params)
    -4*h
    >>> article.ids
    ['0.1']
    """

    def __init__(self):
        self.rows = []

    def note(self, key, states, against, holds, difference=""):
        """Write a verdict down."""
        self.rows.append((key, states, against, "holds" if holds else "differs", difference))
        return holds

    def hold(self, key, states, claim, against, real):
        """Hold a claim against the real size: note the verdict, give the exact difference."""
        difference = expand(claim - real)
        self.note(key, states, against, difference == 0, difference)
        return difference

    @property
    def ids(self):
        """The statements that have a verdict, in the article's order."""
        return list(dict.fromkeys(row[0] for row in self._sorted()))

    def verdicts(self, *keys):
        """The verdicts on these statements, or on all."""
        header = ("Id", "The article states", "Held against", "Verdict", "Article − real")
        return Table(header, tuple(row for row in self._sorted() if row[0] in keys or not keys), words=4)

    def _sorted(self):
        return sorted(self.rows, key=lambda row: [int(number) for number in row[0].split(".")])


def keras_count(shape, *layers):
    """What Keras counts when the layers, one after another, read data of this shape."""
    import keras

    return keras.Sequential([keras.Input(shape), *layers]).count_params()


def torch_count(*modules):
    """The parameters of live PyTorch modules."""
    return sum(p.numel() for module in modules for p in module.parameters())
