"""The tree of weights: what a layer owns, how layers are put together, and the one walk that every answer reads.

A weight tensor with a symbolic shape is the atom. A layer says what it owns and what it is made of, and nothing else;
repetition, sharing and relations between sizes are nodes of the tree, met on the walk as scopes.
"""

from symparams.tree.composition import ForEach, On, Repeat, Sequential, Shared
from symparams.tree.conditions import whole
from symparams.tree.data import Data, named
from symparams.tree.fields import Padding, annotated, divides
from symparams.tree.layer import Flow, Layer, Node, Treelike, tree_of
from symparams.tree.located import Address, located
from symparams.tree.meeting import differ, extent_in_words
from symparams.tree.outlines import Outline, outline
from symparams.tree.relations import Given, Where
from symparams.tree.weights import Binder, Copies, IndexedBy, Path, Placed, Relations, Scope, Weight
from symparams.tree.work import Operation, Work

__all__ = [
    "Address",
    "Binder",
    "Copies",
    "Data",
    "Flow",
    "ForEach",
    "Given",
    "IndexedBy",
    "Layer",
    "Node",
    "On",
    "Operation",
    "Outline",
    "Padding",
    "Path",
    "Placed",
    "Relations",
    "Repeat",
    "Scope",
    "Sequential",
    "Shared",
    "Treelike",
    "Weight",
    "Where",
    "Work",
    "annotated",
    "differ",
    "divides",
    "extent_in_words",
    "located",
    "named",
    "outline",
    "tree_of",
    "whole",
]
