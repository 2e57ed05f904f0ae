"""Holds networks that were written for Keras 3 against Keras itself: see scripts/test-peers.mjs.

    python check_keras.py FOLDER
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

for case in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        shapes = json.loads((case / "case.json").read_text())
        x = np.fromfile(case / "x.bin", "<f4").reshape(shapes["x"])
        y = np.fromfile(case / "y.bin", "<f4").reshape(shapes["y"])
        model = keras.models.load_model(case / "keras" / "model.keras")
        answer = np.asarray(model(x, training=False))
        if answer.shape != y.shape:
            raise ValueError(f"gives {answer.shape}, not {y.shape}")
        distance = float(np.max(np.abs(answer - y))) / max(1.0, float(np.max(np.abs(y))))
        problem = "" if distance < 1e-5 else f"differs by {distance:.3g}"
    except Exception as error:
        problem = f"{type(error).__name__}: {str(error)[:300]}"
    print(json.dumps({"name": f"Keras {keras.__version__}: {case.name}", "problem": problem}), flush=True)
