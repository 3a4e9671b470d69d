"""Options as the frameworks name them: the message holds a text that reads, and that has torch's number of parameters."""

import re

import pytest
from torch import nn

from symparams import read_model
from symparams.errors import ModelTextError


def proposed(text: str) -> str:
    with pytest.raises(ModelTextError) as caught:
        read_model(text)
    return caught.value.move


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("Linear(in_features=3, out_features=5)", nn.Linear(3, 5)),
        ("Conv2d(in_channels=3, out_channels=8, kernel_size=5, stride=2, padding=1)", nn.Conv2d(3, 8, 5)),
        ("Embedding(num_embeddings=7, embedding_dim=4, padding_idx=0)", nn.Embedding(7, 4)),
        ("MultiHeadAttention(embed_dim=8, num_heads=2, dropout=0.1)", nn.MultiheadAttention(8, 2)),
        ("LSTM(input_size=3, hidden_size=4, biases=2)", nn.LSTM(3, 4)),
        ("LSTM(3, 4, 2, num_layers=3)", nn.LSTM(3, 4, num_layers=3)),
        ("GRU(3, 4, biases=2, bidirectional=True, batch_first=True)", nn.GRU(3, 4, bidirectional=True)),
        ("LSTM(3, 4, biases=2, num_layers=2, bidirectional=True)", nn.LSTM(3, 4, num_layers=2, bidirectional=True)),
        ("RNN(3, 4, biases=2, nonlinearity='relu', bidirectional=False)", nn.RNN(3, 4)),
        ("TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16)", nn.TransformerEncoderLayer(8, 2, 16)),
    ],
)
def test_the_text_that_is_proposed_has_torch_s_count(text, module):
    move = proposed(text)
    written = re.fullmatch(r"write (.+)", move)
    assert written, move
    assert read_model(written[1]).params == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("LSTM(I, H, num_layers=2)", "write Stacked(LSTM(I, H), 2)"),
        ("LSTM(I, H, bidirectional=True)", "write Bidirectional(LSTM(I, H))"),
        ("TransformerEncoderLayer(d, num_layers=6)", "write Repeat(TransformerEncoderLayer(d), 6)"),
        ("Transformer(hidden_size=d, num_hidden_layers=N, vocab_size=V)", "write Transformer(d_model=d, n_layer=N, n_vocab=V)"),
        ("Linear(3, 4, bais=True)", "did you mean bias?"),
        ("Linear(3, 4, colour=2)", "give these"),
        ("LSTM(I, H, bidirectional=b)", "give these"),  # not known to be true
    ],
)
def test_moves(text, move):
    assert proposed(text) == move
