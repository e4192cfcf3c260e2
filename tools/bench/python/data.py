"""Speed of the formats' usual Python software; the same works as tools/bench/src/benches/data.ts."""

import os
import tempfile

import google.protobuf
import numpy as np
import safetensors
import tensorboard
from safetensors.numpy import load, save
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New, masked_crc32c
from tensorboard.summary.writer.record_writer import RecordWriter

from example_proto import example_class
from peer import failed, figure, seconds, version

version(TensorBoard=tensorboard.__version__, safetensors=safetensors.__version__, protobuf=google.protobuf.__version__)
rng = np.random.default_rng(0)
megabyte = rng.integers(0, 256, 1_000_000, dtype=np.uint8).tobytes()
records = [rng.integers(0, 256, 1000, dtype=np.uint8).tobytes() for _ in range(1000)]


class Nowhere:
    def write(self, data):
        pass


try:
    from importlib.metadata import version as installed

    import google_crc32c

    version(**{"google-crc32c": f"{installed('google-crc32c')} ({google_crc32c.implementation})"})
    figure("CRC-32C of 1 MB", "google-crc32c (C)", 1 / seconds(lambda: google_crc32c.value(megabyte)), "MB/s")
except ImportError as error:
    failed("CRC-32C of 1 MB", "google-crc32c (C)", error)
figure("CRC-32C of 1 MB", "TensorBoard (Python)", 1 / seconds(lambda: masked_crc32c(megabyte), 3), "MB/s")


def frame():
    writer = RecordWriter(Nowhere())
    for record in records:
        writer.write(record)


figure("TFRecord: frame 1000 records of 1 kB", "TensorBoard (Python)", 1 / seconds(frame, 3), "MB/s")

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "records")
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        for record in records:
            writer.write(record)

    def read():
        reader = PyRecordReader_New(path, 0, "", None)
        try:
            while True:
                reader.GetNext()
        except Exception:
            pass

    figure("TFRecord: read 1000 records of 1 kB", "TensorBoard (Python)", 1 / seconds(read, 3), "MB/s")

Example = example_class()


def encode():
    example = Example()
    feature = example.features.feature
    feature["observation"].float_list.value.extend([0.0] * 4)
    feature["nextObservation"].float_list.value.extend([0.0] * 4)
    feature["action"].int64_list.value.append(1)
    feature["reward"].float_list.value.append(1.0)
    feature["done"].int64_list.value.append(0)
    return example.SerializeToString()


def decode():
    feature = Example.FromString(encoded).features.feature
    return {name: list(getattr(value, value.WhichOneof("kind")).value) for name, value in feature.items()}


encoded = encode()
figure("Example: encode a transition", "protobuf (C)", 1e-3 / seconds(encode), "k/s")
figure("Example: decode a transition", "protobuf (C)", 1e-3 / seconds(decode), "k/s")

events = RecordWriter(Nowhere())


def write_event():
    values = [Summary.Value(tag=f"train/metric_{i}", simple_value=i / 7) for i in range(12)]
    events.write(Event(wall_time=1_700_000_000, step=1000, summary=Summary(value=values)).SerializeToString())


figure("events: write 12 scalars of a step", "TensorBoard (Python)", 1e-3 / seconds(write_event), "k/s")

tensors = {"w": rng.random((1000, 1000), dtype=np.float32)}
saved = save(tensors)
figure("safetensors: encode 4 MB", "safetensors (Rust)", 4 / seconds(lambda: save(tensors)), "MB/s")
figure("safetensors: decode 4 MB", "safetensors (Rust)", 4 / seconds(lambda: load(saved)), "MB/s")
