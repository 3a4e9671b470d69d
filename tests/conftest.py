import os

from hypothesis import settings

os.environ["KERAS_BACKEND"] = "torch"  # before anything imports keras

settings.register_profile("default", deadline=None, print_blob=True, max_examples=40)
settings.load_profile("default")
