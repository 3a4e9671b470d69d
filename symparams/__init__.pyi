from symparams.asymptotics import Approximation as Approximation
from symparams.asymptotics import Solution as Solution
from symparams.asymptotics import leading_order as leading_order
from symparams.asymptotics import solve as solve
from symparams.atlas import Architecture as Architecture
from symparams.atlas import architecture as architecture
from symparams.checks import Kind as Kind
from symparams.checks import Verdict as Verdict
from symparams.checks import assert_formula as assert_formula
from symparams.checks import check as check
from symparams.codes import code as code
from symparams.comparing import Comparison as Comparison
from symparams.comparing import Ratios as Ratios
from symparams.comparing import compare as compare
from symparams.counting import Breakdown as Breakdown
from symparams.counting import ClosedForm as ClosedForm
from symparams.counting import breakdown as breakdown
from symparams.counting import caches as caches
from symparams.counting import closed_form as closed_form
from symparams.counting import flops as flops
from symparams.counting import kv_cache as kv_cache
from symparams.counting import operations as operations
from symparams.derivations import Derivation as Derivation
from symparams.derivations import Step as Step
from symparams.derivations import derive as derive
from symparams.errors import SymparamsError as SymparamsError
from symparams.formulas import Formula as Formula
from symparams.formulas import read as read
from symparams.frameworks.describing import describe as describe
from symparams.identifying import Identification as Identification
from symparams.identifying import identify as identify
from symparams.layers import *  # noqa: F403  # what a family exports is listed in its __all__
from symparams.models import *  # noqa: F403  # what a family exports is listed in its __all__
from symparams.models.reading import read_model as read_model
from symparams.notation import symbols as symbols
from symparams.plots import plot as plot
from symparams.tree import Data as Data
from symparams.tree import ForEach as ForEach
from symparams.tree import Given as Given
from symparams.tree import Layer as Layer
from symparams.tree import On as On
from symparams.tree import Repeat as Repeat
from symparams.tree import Sequential as Sequential
from symparams.tree import Shared as Shared
from symparams.tree import Weight as Weight
from symparams.tree import Where as Where
from symparams.tree import outline as outline
from symparams.typeset import NOTATIONS as NOTATIONS
from symparams.typeset import Notation as Notation
from symparams.typeset import latex as latex
from symparams.typeset import legend as legend
from symparams.typeset import summary as summary

__version__: str
_NAMES: dict[str, str]  # by module, separated by blanks
