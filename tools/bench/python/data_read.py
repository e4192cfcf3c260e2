"""Reads the files that tools/bench/src/benches/data.ts wrote into the given folder, with the formats' own readers, and counts what differs."""

import gzip
import json
import os
import sys
import tempfile
import zlib

import numpy as np
import safetensors
import tensorboard
from safetensors.numpy import load
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from example_proto import example_class
from peer import failed, figure, version

folder = sys.argv[1]
written = json.load(open(os.path.join(folder, "written.json"), encoding="utf-8"))
version(TensorBoard=tensorboard.__version__, safetensors=safetensors.__version__)


class Tally:
    def __init__(self, work):
        self.work, self.compared, self.wrong = work, 0, 0

    def same(self, ours, theirs, what=""):
        self.compared += 1
        if ours != theirs and not (ours != ours and theirs != theirs):
            self.wrong += 1
            print(f"{self.work}: {what}: {ours!r} read as {theirs!r}", file=sys.stderr)

    def close(self):
        figure(self.work, "compared", self.compared, "values")
        figure(self.work, "mismatches", self.wrong, "values")


def records(data):
    """By TensorBoard's reader, which checks both checksums."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        reader = PyRecordReader_New(file.name, 0, "", None)
        while True:
            try:
                reader.GetNext()
            except Exception as end:
                if "OutOfRange" in type(end).__name__:
                    return
                raise
            yield reader.record()


def examples():
    tally = Tally("Example records in TFRecord files (plain, gzip, zlib)")
    Example = example_class()
    for name, unpack in (("plain", lambda data: data), ("gzip", gzip.decompress), ("zlib", zlib.decompress)):
        found = list(records(unpack(open(os.path.join(folder, f"{name}.tfrecord"), "rb").read())))
        tally.same(len(written["examples"]), len(found), "records")
        for ours, record in zip(written["examples"], found):
            feature = Example.FromString(record).features.feature
            tally.same(ours["floats"], list(feature["floats"].float_list.value), "floats")
            tally.same([int(value) for value in ours["ints"]], list(feature["ints"].int64_list.value), "ints")
            tally.same(ours["bytes"], [value.hex() for value in feature["bytes"].bytes_list.value], "bytes")
    tally.close()


def events():
    tally = Tally("TensorBoard events (scalars, text, histogram)")
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
    accumulator.Reload()
    for tag in sorted({tag for tag, _, _ in written["scalars"]}):
        ours = [(step, value) for name, step, value in written["scalars"] if name == tag]
        tally.same(ours, [(event.step, event.value) for event in accumulator.Scalars(tag)], tag)
    text = accumulator.Tensors("config")[0]
    tally.same(("**héllo**", 7), (text.tensor_proto.string_val[0].decode(), text.step), "text")
    tally.same("text", accumulator.SummaryMetadata("config").plugin_data.plugin_name, "plugin")
    histogram = accumulator.Histograms("weights")[0].histogram_value
    tally.same((0, 4, 5, 8, 22), (histogram.min, histogram.max, histogram.num, histogram.sum, histogram.sum_squares), "histogram")
    tally.same([1, 2, 1, 1], list(histogram.bucket), "buckets")
    tally.same([1, 2, 3, 4], list(histogram.bucket_limit), "limits")
    tally.close()


def tensors():
    tally = Tally("safetensors (11 types)")
    names = {"F32": "float32", "F64": "float64", "I64": "int64", "U64": "uint64", "I32": "int32", "U32": "uint32", "I16": "int16", "U16": "uint16", "I8": "int8", "U8": "uint8", "BOOL": "bool"}
    found = load(open(os.path.join(folder, "tensors.safetensors"), "rb").read())
    tally.same(sorted(written["tensors"]), sorted(found), "names")
    for name, ours in written["tensors"].items():
        theirs = found[name]
        tally.same(names[ours["dtype"]], str(theirs.dtype), name)
        tally.same(ours["shape"], list(theirs.shape), name)
        kind = float if theirs.dtype.kind == "f" else int
        for a, b in zip(ours["data"], theirs.ravel()):
            tally.same(theirs.dtype.type(kind(a)), b, name)
        tally.same(len(ours["data"]), theirs.size, name)
    tally.close()


for check in (examples, events, tensors):
    try:
        check()
    except Exception as error:
        failed(check.__name__, "reader", error)
        raise
