import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { checkTrace } from './check-trace.js';
import { NODE_KINDS, type Trace, type TraceNode } from './graph.js';
import { writeValue } from './write-value.js';

const { Varint, LengthDelimited } = WireType;

/**
 * Writes a trace as a Chakra `.et` file that {@link readTrace} and the reference read. Integers
 * become `int64`, floating-point numbers `double`, all dependencies `data_deps`.
 *
 * @throws ConfigError if it is not a trace, for example if an id, a dependency or a duration is not a safe integer of at least 0.
 */
export function writeTrace(trace: Trace): Uint8Array {
  checkTrace(trace);
  const { version, nodes } = trace;
  const writer = new BinaryWriter();
  writer.fork();
  if (version !== '') writer.tag(1, LengthDelimited).string(version);
  writer.join();
  for (const node of nodes) writeNode(writer, node);
  return writer.finish();
}

function writeNode(writer: BinaryWriter, node: TraceNode): void {
  writer.fork();
  writer.tag(1, Varint).uint64(node.id);
  if (node.name !== '') writer.tag(2, LengthDelimited).string(node.name);
  writer.tag(3, Varint).int32(NODE_KINDS.indexOf(node.kind));
  if (node.dependsOn.length > 0) {
    writer.tag(5, LengthDelimited).fork();
    for (const id of node.dependsOn) writer.uint64(id);
    writer.join();
  }
  if (node.durationMicros !== 0) writer.tag(7, Varint).uint64(node.durationMicros);
  for (const [name, value] of node.attributes) {
    writer.tag(10, LengthDelimited).fork();
    writer.tag(1, LengthDelimited).string(name);
    writeValue(writer, value);
    writer.join();
  }
  writer.join();
}
