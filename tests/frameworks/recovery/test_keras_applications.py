"""keras.applications: the builders with their defaults, whose weights would be downloaded, and what they are made of."""

import inspect
from functools import cache
from itertools import pairwise

import keras
import pytest
from keras.src.applications.nasnet import NASNet
from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

from symparams.errors import RecoveryError
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]

A = keras.applications
ALL = [name for name in dir(A) if inspect.isfunction(getattr(A, name))]
NOT_ON_TORCH = {"NASNetMobile"}  # Keras refuses to build it there
classes = symbols("classes")


@cache  # a builder that several tests look at is traced once
def over_classes(build):
    return recover(build, ["classes"], method="symbolic")


def test_vgg16_by_hand():
    found = over_classes(A.VGG16)
    widths = [3, 64, 64, 128, 128, 256, 256, 256, *[512] * 6]
    convolutions = sum(9 * a * b + b for a, b in pairwise(widths))
    assert same(found.expr, convolutions + (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * classes)
    assert "weights=None was given: its default 'imagenet' would be loaded" in found.evidence.notes
    assert found.evidence.builds <= 26


@pytest.mark.parametrize("name", ["MobileNet", "MobileNetV2", "ResNet50"])
def test_as_many_as_the_real_model_has(name):
    found = over_classes(getattr(A, name))
    assert found.at({"classes": 7}) == getattr(A, name)(weights=None, classes=7).count_params()
    assert same(found.expr, found.layer.params)


def test_layers_bear_keras_names_and_equal_blocks_are_counted():
    found = over_classes(A.ResNet50)
    names = [placed.name for placed in found.layer.weights()]
    assert names[:2] == ["conv1.conv.kernel", "conv1.conv.bias"]
    assert names[-2:] == ["predictions.kernel", "predictions.bias"]
    blocks = [name for name in dict.fromkeys(name.rpartition(".")[0].rpartition(".")[0] for name in names) if "block" in name]
    assert blocks == [
        f"conv{stage}.{block}"
        for stage, more in ((2, "3"), (3, "4"), (4, "6"), (5, "3"))
        for block in ("block1", f"block2_to_{more}")
    ]


def bottleneck(inner, width, projected):
    convolution = width * (inner + 9 * width + 4 * width) + 6 * width + 6 * 4 * width  # a bias and four vectors of a norm each
    return convolution + (projected * 4 * width * (inner + 5))


def test_the_generic_resnet():
    def build(channels, width, blocks, classes):
        def stack(x):
            x = stack_residual_blocks_v1(x, width, blocks, stride1=1, name="conv2")
            return stack_residual_blocks_v1(x, 2 * width, 3, name="conv3")

        shape = (32, 32, channels)
        return ResNet(stack, preact=False, use_bias=True, weights=None, input_shape=shape, classes=classes)

    found = recover(build, method="symbolic")
    c, w, n, k = symbols("channels width blocks classes")
    first = bottleneck(64, w, True) + (n - 1) * bottleneck(4 * w, w, False)
    second = bottleneck(4 * w, 2 * w, True) + 2 * bottleneck(8 * w, 2 * w, False)
    assert same(found.expr, 49 * 64 * c + 5 * 64 + first + second + 8 * w * k + k)
    assert found.conditions == ()


def test_channels_and_classes_of_vgg():
    found = recover(
        lambda channels, classes: A.VGG16(weights=None, input_shape=(64, 64, channels), classes=classes), method="symbolic"
    )
    at = {"channels": 1, "classes": 10}
    assert found.at(at) == 9 * 64 * (1 - 3) + over_classes(
        lambda classes: A.VGG16(weights=None, input_shape=(64, 64, 3), classes=classes)
    ).at({"classes": 10})


def test_what_would_be_downloaded_is_refused(tmp_path):
    def build(classes):
        keras.utils.get_file("weights.h5", "https://example.org/weights.h5", cache_dir=tmp_path)
        return keras.layers.Dense(classes)

    with pytest.raises(RecoveryError, match=r"OfflineError: a connection to example\.org was refused"):
        recover(build)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted({*ALL} - NOT_ON_TORCH))
def test_every_application(name):
    found = over_classes(getattr(A, name))
    assert same(found.expr, found.layer.params)
    assert found.expr.as_poly(classes).degree() == 1
    assert found.conditions == () and found.evidence.methods == ("symbolic",)
    assert found.counterexample({"classes": 1000}) is None


@pytest.mark.long
def test_nasnet_mobile_from_its_generic_builder():
    def build(classes):
        return NASNet((224, 224, 3), 1056, 4, 32, False, 2, weights=None, classes=classes, default_size=224)

    assert over_classes(build).at({"classes": 1000}) == 5_326_716  # as Keras gives it on other backends


def test_what_keras_does_not_build_on_torch_is_told():
    for name in NOT_ON_TORCH:
        with pytest.raises(RecoveryError, match="not available with the torch backend"):
            over_classes(getattr(A, name))
