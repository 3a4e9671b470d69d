"""Our layers beside those of PyTorch, Keras and transformers. Imported only by name; no framework is needed or imported."""
