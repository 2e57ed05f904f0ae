"""Writes test/fixtures/formats/torch-dynamo.onnx and its data: a network as the exporter of PyTorch 2.9 and later writes it,
with the weights in a file beside, and what it answers.

    python3 scripts/peers/onnx_dynamo_fixture.py

Made with PyTorch 2.15.0, onnx 1.23.2 and onnxscript, opset 18. Metadata is left out: it names files of the machine.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "formats"


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.second = nn.Conv2d(6, 8, 3, padding=1, bias=False)
        self.drop = nn.Dropout(0.25)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        x = F.gelu(self.second(x)).mean((2, 3))
        return F.log_softmax(self.head(self.drop(x)), dim=1)


torch.manual_seed(0)
network = Network()
for parameter in network.parameters():
    nn.init.normal_(parameter, std=0.5)
network.train()
for _ in range(3):
    network(torch.randn(16, 1, 6, 6))
network.eval()
x = torch.randn(4, 1, 6, 6)
with torch.no_grad():
    y = network(x).exp()

program = torch.onnx.export(network, (x,), dynamo=True, opset_version=18, input_names=["x"], output_names=["y"],
                            dynamic_shapes={"x": {0: "batch"}})
model = program.model
model.metadata_props.clear()
model.graph.metadata_props.clear()
for value in [*model.graph.inputs, *model.graph.outputs, *model.graph.initializers.values()]:
    value.metadata_props.clear()
for node in model.graph:
    node.metadata_props.clear()
    for value in node.outputs:
        value.metadata_props.clear()
program.save(FOLDER / "torch-dynamo.onnx", external_data=True)
answers = {"x": x.numpy().astype(np.float32).ravel().tolist(), "y": y.numpy().astype(np.float32).ravel().tolist(),
           "shape": [1, 6, 6]}
(FOLDER / "torch-dynamo.json").write_text(json.dumps(answers) + "\n")
