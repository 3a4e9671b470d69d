"""The tree of weights: what a layer owns, how layers are put together, and the one walk that every answer reads.

A weight tensor with a symbolic shape is the atom. A layer says what it owns and what it is made of, and nothing else;
repetition, sharing and relations between sizes are nodes of the tree, met on the walk as scopes.
"""

from symparams.tree.composition import ForEach, Repeat, Sequential, Shared
from symparams.tree.conditions import whole
from symparams.tree.fields import annotated, divides
from symparams.tree.layer import Layer, Node, Treelike, tree_of
from symparams.tree.located import Address, located
from symparams.tree.outlines import Outline, outline
from symparams.tree.relations import Given, Where
from symparams.tree.weights import Binder, Copies, IndexedBy, Path, Placed, Relations, Scope, Weight

__all__ = [
    "Address",
    "Binder",
    "Copies",
    "ForEach",
    "Given",
    "IndexedBy",
    "Layer",
    "Node",
    "Outline",
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
    "annotated",
    "divides",
    "located",
    "outline",
    "tree_of",
    "whole",
]
