// Finds or fetches Temporal's time-skipping test server: the SDK's own download first, Maven Central where that is not reachable.
import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir, platform } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { APT_PATIENCE } from "../cli/up/system-packages.ts";

const run = promisify(execFile);

const SERVER_VERSION = "1.38.0";
const LOGGER_VERSION = "2.0.17";
const DOWNLOAD_URL = "https://temporal.download/temporal-test-server/default?arch=amd64&platform=linux&format=tar.gz";
const DOWNLOAD_PROBE_TIMEOUT_MS = 5_000;
const JAVA_TIMEOUT_MS = 120_000;
const MAVEN_TIMEOUT_MS = 900_000;
const APT_TIMEOUT_MS = 900_000;
const JAVA_PACKAGES = ["default-jre-headless", "maven"] as const;

/** What `TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })` takes. */
export type TestServerExecutable = { type: "existing-path"; path: string } | { type: "cached-download"; downloadDir: string };

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mosaic</groupId><artifactId>temporal-test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${SERVER_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>${LOGGER_VERSION}</version></dependency>
  </dependencies>
</project>
`;

/** The last line replaces the shell, so that the SDK's signal reaches Java itself. */
const WRAPPER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;

/** @throws Error that names the missing packages, when neither way is open on this machine. */
export async function temporalTestServer(say: (line: string) => void = () => undefined): Promise<TestServerExecutable> {
  const cache = cacheDirectory();
  const home = path.join(cache, `temporal-test-server-${SERVER_VERSION}`);
  const wrapper = path.join(home, "temporal-test-server");
  if (await exists(wrapper)) return { type: "existing-path", path: wrapper };
  if (await sdkDownloadWorks()) {
    await mkdir(cache, { recursive: true });
    return { type: "cached-download", downloadDir: cache };
  }
  say("temporal test server: the SDK's download does not answer, fetching it from Maven Central");
  await requireJava(say);
  await fetchFromMaven(cache, home);
  return { type: "existing-path", path: wrapper };
}

function cacheDirectory(): string {
  const xdg = process.env["XDG_CACHE_HOME"];
  return path.join(xdg === undefined || xdg === "" ? path.join(homedir(), ".cache") : xdg, "mosaic-fleet");
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function sdkDownloadWorks(): Promise<boolean> {
  if (platform() !== "linux") return true;
  return fetch(DOWNLOAD_URL, { signal: AbortSignal.timeout(DOWNLOAD_PROBE_TIMEOUT_MS) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function requireJava(say: (line: string) => void): Promise<void> {
  if ((await commandWorks("java", "-version")) && (await commandWorks("mvn", "--version"))) return;
  const command = `apt-get install -y --no-install-recommends ${JAVA_PACKAGES.join(" ")}`;
  const mayInstall = process.getuid?.() === 0 && (await exists("/usr/bin/apt-get"));
  if (!mayInstall) throw new Error(`The time-skipping tests need Java and Maven. Install them with: ${command}`);
  say(`temporal test server: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q", ...APT_PATIENCE], { env, timeout: APT_TIMEOUT_MS });
  const args = ["install", "-y", "-q", "--no-install-recommends", ...APT_PATIENCE, ...JAVA_PACKAGES];
  await run("apt-get", args, { env, timeout: APT_TIMEOUT_MS });
}

async function commandWorks(command: string, argument: string): Promise<boolean> {
  return run(command, [argument], { timeout: JAVA_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

/** Builds beside the target and renames, so that two test processes at once cannot see half a directory. */
async function fetchFromMaven(cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(path.join(cache, "test-server-"));
  try {
    await writeFile(path.join(staging, "pom.xml"), POM);
    const goal = ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"];
    await run("mvn", goal, { cwd: staging, timeout: MAVEN_TIMEOUT_MS });
    const wrapper = path.join(staging, "temporal-test-server");
    await writeFile(wrapper, WRAPPER);
    await chmod(wrapper, 0o755);
    await rename(staging, home).catch(async (error: unknown) => {
      if (!(await exists(path.join(home, "temporal-test-server")))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = await temporalTestServer((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${server.type === "existing-path" ? server.path : server.downloadDir}\n`);
}
