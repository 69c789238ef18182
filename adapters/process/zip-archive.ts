// Reads single files out of a zip archive, without unpacking it.
import { open, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { FleetError } from "../../contracts/core/errors.ts";

const END = { signature: 0x06_05_4b_50, bytes: 22, commentMaxBytes: 65_535 } as const;
const ENTRY = { signature: 0x02_01_4b_50, bytes: 46 } as const;
const LOCAL_HEADER_BYTES = 30;
const METHODS = { stored: 0, deflated: 8 } as const;
/** No file that is read here is larger; what claims to be is refused instead of inflated. */
const FILE_MAX_BYTES = 64 * 1024 * 1024;

const inflate = promisify(inflateRaw);

export interface ZipArchive {
  /** By name, below the prefix; null when there is no such file. @throws FleetError CONFIG_INVALID when it is damaged */
  read(name: string): Promise<Buffer | null>;
}

interface Entry {
  readonly method: number;
  readonly bytes: number;
  readonly offset: number;
}

/** The files whose names begin with `prefix`. @throws FleetError CONFIG_INVALID for what is no archive; errors of the file system */
export async function openZipArchive(path: string, prefix: string): Promise<ZipArchive> {
  const entries = await withFile(path, (file) => readDirectory(file, prefix));
  return {
    async read(name) {
      const entry = entries.get(name);
      return entry === undefined ? null : await withFile(path, (file) => readEntry(file, entry));
    },
  };
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function readDirectory(file: FileHandle, prefix: string): Promise<Map<string, Entry>> {
  const { size } = await file.stat();
  const tail = await readAt(
    file,
    Math.max(0, size - END.bytes - END.commentMaxBytes),
    Math.min(size, END.bytes + END.commentMaxBytes),
  );
  const at = lastSignature(tail);
  if (at === null) throw damaged();
  const directory = await readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12));
  const entries = new Map<string, Entry>();
  for (let position = 0; position + ENTRY.bytes <= directory.length;) {
    if (directory.readUInt32LE(position) !== ENTRY.signature) throw damaged();
    const lengths = [28, 30, 32].map((field) => directory.readUInt16LE(position + field));
    const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = lengths;
    const name = directory.toString("utf8", position + ENTRY.bytes, position + ENTRY.bytes + nameBytes);
    if (name.startsWith(prefix)) {
      entries.set(name.slice(prefix.length), {
        method: directory.readUInt16LE(position + 10),
        bytes: directory.readUInt32LE(position + 20),
        offset: directory.readUInt32LE(position + 42),
      });
    }
    position += ENTRY.bytes + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

function lastSignature(tail: Buffer): number | null {
  for (let at = tail.length - END.bytes; at >= 0; at -= 1) if (tail.readUInt32LE(at) === END.signature) return at;
  return null;
}

async function readEntry(file: FileHandle, { method, bytes, offset }: Entry): Promise<Buffer> {
  const header = await readAt(file, offset, LOCAL_HEADER_BYTES);
  const start = offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (bytes > FILE_MAX_BYTES) throw damaged();
  const content = await readAt(file, start, bytes);
  if (method === METHODS.stored) return content;
  if (method === METHODS.deflated) return await inflate(content, { maxOutputLength: FILE_MAX_BYTES });
  throw damaged();
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw damaged();
  return buffer;
}

function damaged(): FleetError {
  return new FleetError("CONFIG_INVALID", "The archive cannot be read.");
}
