"""How the atlas is made: classes of transformers recovered from their code, each with the options that decide what it builds."""
