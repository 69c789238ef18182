// What `mosaic` reads from and writes to, given from outside so that tests can stand in for a terminal.
import type { Readable, Writable } from "node:stream";

export interface TextSink extends Writable {
  readonly isTTY?: boolean | undefined;
}
export interface TextSource extends Readable {
  readonly isTTY?: boolean | undefined;
}

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: TextSource;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly homeDir: string;
  readonly hostName: string;
}

/** Both ends are a terminal: questions make sense. */
export function isInteractive(io: CliIo): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}
