"""tf.train.Example for protobuf without TensorFlow: the message types, declared from the format's description."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

F = descriptor_pb2.FieldDescriptorProto


def _field(message, name, number, kind, label=F.LABEL_OPTIONAL, type_name=None, oneof=None):
    field = message.field.add(name=name, number=number, type=kind, label=label)
    if type_name:
        field.type_name = type_name
    if oneof is not None:
        field.oneof_index = oneof
    return field


def example_class():
    file = descriptor_pb2.FileDescriptorProto(name="example_check.proto", package="check", syntax="proto3")
    for name, kind in (("BytesList", F.TYPE_BYTES), ("FloatList", F.TYPE_FLOAT), ("Int64List", F.TYPE_INT64)):
        _field(file.message_type.add(name=name), "value", 1, kind, F.LABEL_REPEATED)
    feature = file.message_type.add(name="Feature")
    feature.oneof_decl.add(name="kind")
    for number, (name, type_name) in enumerate((("bytes_list", "BytesList"), ("float_list", "FloatList"), ("int64_list", "Int64List")), 1):
        _field(feature, name, number, F.TYPE_MESSAGE, type_name=f".check.{type_name}", oneof=0)
    features = file.message_type.add(name="Features")
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    _field(entry, "key", 1, F.TYPE_STRING)
    _field(entry, "value", 2, F.TYPE_MESSAGE, type_name=".check.Feature")
    _field(features, "feature", 1, F.TYPE_MESSAGE, F.LABEL_REPEATED, ".check.Features.FeatureEntry")
    _field(file.message_type.add(name="Example"), "features", 1, F.TYPE_MESSAGE, type_name=".check.Features")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("check.Example"))
