"""Writes an event file with TensorBoard's own messages and record writer, and what is in it as JSON.

    pip install tensorboard==2.20.0
    python tensorboard_fixture.py test/fixtures/formats
"""

import json
import pathlib
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

folder = pathlib.Path(sys.argv[1])
begin = 1764000000.25
events = [
    {
        "wallTime": begin + epoch,
        # Above 127 a step takes two bytes, above 2^31 it needs more than 32 bits.
        "step": step,
        "scalars": [
            {"tag": "loss/train", "value": 1.5 / (epoch + 1)},
            {"tag": "accuracy/validation", "value": 1 / 3},
            {"tag": "dropout_rate/Schicht \u00e4", "value": 0.0},
            {"tag": "loss/validation", "value": value},
        ],
    }
    for epoch, (step, value) in enumerate([(1, -2.0), (130, 1e-30), (3_000_000_000, 3.0e38)])
]
with (folder / "tensorboard.tfevents").open("wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=begin, file_version="brain.Event:2").SerializeToString(deterministic=True))
    for event in events:
        summary = Summary(value=[Summary.Value(tag=s["tag"], simple_value=s["value"]) for s in event["scalars"]])
        written = Event(wall_time=event["wallTime"], step=event["step"], summary=summary)
        writer.write(written.SerializeToString(deterministic=True))
(folder / "tensorboard.json").write_text(
    json.dumps({"begin": begin, "events": events}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
)
