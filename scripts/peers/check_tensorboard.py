"""Reads event files with TensorBoard itself and prints their scalars as JSON: by tag, a list of [step, value].

    python check_tensorboard.py FILE...
"""

import json
import sys

import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

read = []
for file in sys.argv[1:]:
    accumulator = EventAccumulator(file, size_guidance={"scalars": 0})
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    read.append({tag: [[event.step, event.value] for event in accumulator.Scalars(tag)] for tag in tags})
print(json.dumps({"version": tensorboard.__version__, "files": read}))
