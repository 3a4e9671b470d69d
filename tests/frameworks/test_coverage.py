"""Every class of torch.nn and keras.layers has a mirror, stands in a list with the reason why not, or owns no parameters.

A class of a newer version that is none of these fails here: it needs a mirror, a reason, or arguments to be made with.
"""

import inspect
import warnings

import keras
import pytest
import torch
from torch import nn

from symparams.frameworks import keras as keras_mirrors
from symparams.frameworks import torch as torch_mirrors

L = keras.layers

NO_MIRROR_IN_TORCH = {
    "its sizes are known after its first call only": {
        "LazyLinear",
        *(f"Lazy{kind}Norm{n}d" for kind in ("Batch", "Instance") for n in (1, 2, 3)),
        *(f"LazyConv{kind}{n}d" for kind in ("", "Transpose") for n in (1, 2, 3)),
    },
    "it holds what its user puts in": {
        *("Container", "DataParallel", "Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential")
    },
    "it is the base of classes that have mirrors": {"RNNBase", "RNNCellBase"},
}
NO_MIRROR_IN_KERAS = {
    "it holds what its user puts in": {"Layer", "Pipeline", "TorchModuleWrapper", "Wrapper"},
    "it needs another backend": {"FlaxLayer", "JaxLayer", "TFSMLayer"},
    "its table of words or numbers is TensorFlow's, and no parameters": {
        *("HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization")
    },
}


def classes(framework, base):
    """The classes of a framework, each with all its names."""
    found = {}
    for name, cls in vars(framework).items():
        if inspect.isclass(cls) and issubclass(cls, base):
            found.setdefault(cls, set()).add(name)
    return found


def others(found, *lists):
    """The first names of the classes that are in no list."""
    named = set().union(*lists)
    return {min(names): cls for cls, names in found.items() if not names & named}


TORCH_CLASSES, KERAS_CLASSES = classes(nn, nn.Module), classes(L, L.Layer)
OTHERS_OF_TORCH = others(TORCH_CLASSES, torch_mirrors.__all__, *NO_MIRROR_IN_TORCH.values())
OTHERS_OF_KERAS = others(KERAS_CLASSES, keras_mirrors.__all__, *NO_MIRROR_IN_KERAS.values())


@pytest.mark.parametrize(
    ("found", "mirrors", "reasons"),
    [(TORCH_CLASSES, torch_mirrors, NO_MIRROR_IN_TORCH), (KERAS_CLASSES, keras_mirrors, NO_MIRROR_IN_KERAS)],
    ids=["torch", "keras"],
)
def test_lists_name_classes_that_exist_once(found, mirrors, reasons):
    names = [*mirrors.__all__, *(name for reason in reasons.values() for name in reason)]
    assert len(names) == len(set(names))
    assert set(names) <= set().union(*found.values())


TORCH_ARGUMENTS = {
    "alpha": 0.5,
    "dim": 0,
    "downscale_factor": 2,
    "groups": 2,
    "in_features": 4,
    "kernel_size": 2,
    "lambd": 0.5,
    "lower": 0.1,
    "max_val": 1.0,
    "min_val": -1.0,
    "norm_type": 2,
    "num_features": 4,
    "output_size": 2,
    "padding": 1,
    "size": 4,
    "threshold": 0.5,
    "unflattened_size": (2, 2),
    "upper": 0.3,
    "upscale_factor": 2,
    "value": 0.5,
}
KERAS_ARGUMENTS = {
    "activation": "relu",
    "axes": -1,
    "dims": (1, 2),
    "factor": 0.5,
    "function": abs,
    "height": 4,
    "height_factor": 0.5,
    "max_number": 3,
    "n": 3,
    "num_bins": 4,
    "output_size": 2,
    "pool_size": 2,
    "rate": 0.5,
    "scale": 2.0,
    "stddev": 0.5,
    "target_shape": (-1,),
    "width": 4,
    "width_factor": 0.5,
}
FURTHER = {
    "CategoryEncoding": {"num_tokens": 4},
    "Discretization": {"num_bins": 4},
    "FractionalMaxPool2d": {"output_size": 2},
    "FractionalMaxPool3d": {"output_size": 2},
    "InputLayer": {"shape": (3,)},
    "RandomPosterization": {"factor": 3},
}


def made(name, cls, known):
    wanted = [p for p in inspect.signature(cls).parameters.values() if p.default is p.empty and p.name in known]
    return cls(**{p.name: known[p.name] for p in wanted} | FURTHER.get(name, {}))


def source(cls, base):
    """The code of a class and of those that it is made from, up to the framework's own base."""
    return "".join(inspect.getsource(parent) for parent in cls.__mro__ if issubclass(parent, base) and parent is not base)


def owns_nothing_in_torch(name, cls):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are deprecated
        module = made(name, cls, TORCH_ARGUMENTS)
    return not list(module.parameters()) and "Parameter(" not in source(cls, nn.Module)


def owns_nothing_in_keras(name, cls):
    layer = made(name, cls, KERAS_ARGUMENTS)
    errors = []
    for shape in [(None, 8), (None, 8, 3), (None, 8, 8, 3), (None, 8, 8, 8, 3), [(None, 8), (None, 8)]]:
        try:
            layer.build(shape)
        except Exception as error:  # not of this rank
            errors.append(error)
        else:
            return layer.built and layer.count_params() == 0 and "add_weight(" not in source(cls, L.Layer)
    pytest.fail(f"{name} was not built: {errors}")


@pytest.mark.parametrize(("name", "cls"), OTHERS_OF_TORCH.items(), ids=OTHERS_OF_TORCH)
def test_a_class_of_torch_in_no_list_owns_nothing(name, cls):
    assert owns_nothing_in_torch(name, cls)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "cls"), OTHERS_OF_KERAS.items(), ids=OTHERS_OF_KERAS)
def test_a_class_of_keras_in_no_list_owns_nothing(name, cls):
    assert owns_nothing_in_keras(name, cls)


def test_a_new_class_is_seen():
    class Newer(nn.Module):
        def __init__(self, in_features):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(in_features))

    class NewerLayer(L.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=shape[-1:])
            self.built = True

    listed = (torch_mirrors.__all__, *NO_MIRROR_IN_TORCH.values())
    assert others({Newer: {"Newer"}, nn.Linear: {"Linear"}}, *listed) == {"Newer": Newer}
    assert not owns_nothing_in_torch("Newer", Newer)
    assert not owns_nothing_in_keras("NewerLayer", NewerLayer)
