export { batch, shuffle, type BatchOptions, type IntegerSource } from "./stream.ts";
export type { BlobLike, ByteSource, ByteStream, Compression } from "./bytes.ts";
export { crc32c, maskCrc } from "./crc32c.ts";
export { DataError } from "./errors.ts";
export { EventFileWriter, readEvents, type EventFileWriterOptions, type SummaryEvent } from "./events.ts";
export { decodeExample, encodeExample, type Example, type Feature, type FeatureInput } from "./example.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsData,
  type SafetensorsDType,
  type SafetensorsEntry,
} from "./safetensors.ts";
export {
  frameRecord,
  framedLength,
  readTfrecords,
  TfrecordDecoder,
  writeTfrecords,
  type ReadTfrecordsOptions,
  type TfrecordDecoderOptions,
  type WriteTfrecordsOptions,
} from "./tfrecord.ts";
