"""Holds networks that were written for Keras 3 against Keras itself: see scripts/test-peers.mjs. Saves each again in Keras's
own ways, for test/peers/kerasFiles.ts to read.

    python check_keras.py FOLDER
"""

import importlib.util
import json
import logging
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

# That .h5 is of old is known.
logging.getLogger("absl").setLevel(logging.ERROR)


def program(case):
    """The network that model.py builds, with its weights."""
    spec = importlib.util.spec_from_file_location("model", case / "keras-program" / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compiled() if hasattr(module, "compiled") else module.load()


def file(case):
    model = keras.models.load_model(case / "keras" / "model.keras")
    model.save(case / "saved.keras")
    model.save(case / "saved.h5")
    (case / "saved.json").write_text(model.to_json())
    return model


def check(case, load):
    shapes = json.loads((case / "case.json").read_text())
    x = np.fromfile(case / "x.bin", "<f4").reshape(shapes["x"])
    y = np.fromfile(case / "y.bin", "<f4").reshape(shapes["y"])
    answer = np.asarray(load(case)(x, training=False))
    if answer.shape != y.shape:
        raise ValueError(f"gives {answer.shape}, not {y.shape}")
    distance = float(np.max(np.abs(answer - y))) / max(1.0, float(np.max(np.abs(y))))
    return "" if distance < 1e-5 else f"differs by {distance:.3g}"


for case in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    for what, load in (("file", file), ("program", program)):
        try:
            problem = check(case, load)
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:300]}"
        print(json.dumps({"name": f"Keras {keras.__version__}, {what}: {case.name}", "problem": problem}), flush=True)
