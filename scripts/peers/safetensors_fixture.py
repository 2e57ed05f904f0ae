"""Writes test/fixtures/peers/reference.safetensors with the format's reference library (pip install safetensors numpy).

    python scripts/peers/safetensors_fixture.py
    python scripts/peers/safetensors_fixture.py FILE     reads a file of ours instead, and prints what is in it
"""

import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

if len(sys.argv) > 1:
    with safe_open(sys.argv[1], "np") as file:
        print(file.metadata())
        for name in sorted(file.keys()):
            tensor = file.get_tensor(name)
            print(name, tensor.dtype, tensor.shape, float(tensor.sum()))
else:
    tensors = {
        "dense1/kernel": np.array([[0.5, -1.25, 3.0], [1e-8, 2.0**100, -0.0]], "f4"),
        "dense1/bias": np.array([0.1, 0.2, 0.3], "f4"),
        "double": np.array([np.pi, -np.e]),
        "scalar": np.array(7, "f4"),
        "empty": np.zeros((0, 3), "f4"),
    }
    save_file(tensors, "test/fixtures/peers/reference.safetensors", {"made by": "the reference library"})
