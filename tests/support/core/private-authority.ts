// A certificate authority of a company's own, and certificates that it signs.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export interface Certified {
  readonly key: string;
  readonly cert: string;
}

export interface PrivateAuthority {
  /** PEM: what an administrator would add. */
  readonly certificate: string;
  /** `expired`: it was valid once. */
  sign(name: string, options?: { expired?: boolean }): Promise<Certified>;
  remove(): Promise<void>;
}

export async function createPrivateAuthority(): Promise<PrivateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-authority-"));
  const at = (name: string): string => join(folder, name);
  const subject = ["-subj", "/CN=Company authority"];
  await run("openssl", ["req", "-x509", ...KEY, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", ...subject]);
  let serial = 0;
  return {
    certificate: await readFile(at("ca.pem"), "utf8"),
    async sign(name, { expired = false } = {}) {
      serial += 1;
      const [key, request, cert, extension] = [`${serial}.key`, `${serial}.csr`, `${serial}.pem`, `${serial}.ext`].map(at);
      if (key === undefined || request === undefined || cert === undefined || extension === undefined)
        throw new Error("unreachable");
      await writeFile(extension, `subjectAltName=${/^[\d.]+$/.test(name) ? "IP" : "DNS"}:${name}\n`);
      await run("openssl", ["req", "-new", ...KEY, "-keyout", key, "-out", request, "-subj", `/CN=${name}`]);
      const times = ["-days", expired ? "-1" : "2"];
      const signer = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-set_serial", String(serial)];
      await run("openssl", ["x509", "-req", "-in", request, ...signer, ...times, "-extfile", extension, "-out", cert]);
      return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
