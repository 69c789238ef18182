// Which authorities a connection trusts in a process that was started with NODE_EXTRA_CA_CERTS.
import { execFile } from "node:child_process";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { createPrivateAuthority } from "../../tests/support/core/private-authority.ts";

const run = promisify(execFile);
const MODULE = JSON.stringify(join(import.meta.dirname, "outbound-way.ts"));

async function trustedWith(file: string, certificates: string | null): Promise<string[]> {
  const script = `import { authorities } from ${MODULE};
    console.log(JSON.stringify(authorities({ certificates: ${JSON.stringify(certificates)} }).map((each) => each.trim())));`;
  const env = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: file };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env, maxBuffer: 16 * 1024 * 1024 });
  return z.array(z.string()).parse(JSON.parse(stdout));
}

test("the file of NODE_EXTRA_CA_CERTS is trusted only as the setting that agents get too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-outbound-way-"));
  const authority = await createPrivateAuthority();
  try {
    const file = join(folder, "company.pem");
    await writeFile(file, authority.certificate);
    const own = authority.certificate.trim();
    const without = await trustedWith(file, null);
    expect([without.includes(own), without.length > 100]).toEqual([false, true]);
    expect(await trustedWith(file, authority.certificate)).toEqual([...without, own]);
  } finally {
    await authority.remove();
    await rm(folder, { recursive: true });
  }
}, 120_000);
