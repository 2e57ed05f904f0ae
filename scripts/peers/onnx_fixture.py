"""Writes the ONNX files of test/fixtures/formats: networks as PyTorch exports them, with what they answer.

    python3 scripts/peers/onnx_fixture.py

Made with PyTorch 1.13.0 of Debian 12 (python3-torch), opset 17.
"""

import io
import json
import pathlib

import numpy as np
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "formats"


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        x = torch.cat([x + self.second(x), x], 1)
        return self.head(self.pool(x).view(x.size(0), -1))


networks = {
    "mlp": (
        nn.Sequential(
            nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 3), nn.Softmax(-1)
        ),
        (5,),
    ),
    "activations": (
        nn.Sequential(
            *[layer for f in (nn.GELU(), nn.SiLU(), nn.ELU(), nn.SELU(), nn.LeakyReLU(), nn.Softplus(), nn.Sigmoid())
              for layer in (nn.Linear(4, 4), f)],
            nn.LayerNorm(4),
            nn.Linear(4, 1),
        ),
        (4,),
    ),
    "cnn": (
        nn.Sequential(
            nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(3, 4, (2, 3), bias=False), nn.AvgPool2d((1, 2)), nn.Flatten(), nn.BatchNorm1d(12), nn.Linear(12, 3),
        ),
        (1, 8, 8),
    ),
    "residual": (Residual(), (2, 6, 6)),
    "sequence": (nn.Sequential(nn.Conv1d(2, 3, 3, padding=1, dilation=1), nn.ReLU(), nn.Flatten(), nn.Linear(21, 2)), (2, 7)),
}

for index, (name, (network, shape)) in enumerate(networks.items()):
    torch.manual_seed(index)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.5)
    network.train()
    for _ in range(3):
        network(torch.randn(16, *shape))
    network.eval()
    x = torch.randn(4, *shape)
    with torch.no_grad():
        y = network(x)
    file = io.BytesIO()
    torch.onnx.export(network, x, file, opset_version=17, input_names=["x"], output_names=["y"],
                      dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})
    (FOLDER / f"torch-{name}.onnx").write_bytes(file.getvalue())
    answers = {"x": x.numpy().astype(np.float32).ravel().tolist(), "y": y.numpy().astype(np.float32).ravel().tolist(),
               "shape": list(shape)}
    (FOLDER / f"torch-{name}.json").write_text(json.dumps(answers) + "\n")
    print(name, len(file.getvalue()))
