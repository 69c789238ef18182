// Finds Temporal's time-skipping test server, or fetches it from Maven Central: the SDK's own download has no checksum.
import { createHash } from "node:crypto";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { toolEnvironment } from "../cli/up/child-environment.ts";
import type { Say } from "../cli/up/reporter.ts";
import { runCommand } from "../cli/up/run-command.ts";
import { readUpSettings } from "../cli/up/settings.ts";
import { installPackages, type InstallContext } from "../cli/up/system-packages.ts";

const SERVER_VERSION = "1.38.0";
const LOGGER_VERSION = "2.0.17";
/** Of the lines `<sha256>  <name>` of all jars in the order of their names, as sha256sum prints them. */
const JARS_SHA256 = "8662a23ca805b6722204221a59e4c63238d83b57753108d3afd89ae325060c6c";
const JAVA_TIMEOUT_MS = 120_000;
const MAVEN_TIMEOUT_MS = 900_000;
const JAVA_PACKAGES = ["default-jre-headless", "maven"] as const;

/** What `TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })` takes. */
export interface TestServerExecutable {
  readonly type: "existing-path";
  readonly path: string;
}

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

type Context = InstallContext & { readonly cacheDir: string };

/** @throws FleetError CONFIG_INVALID that names the missing packages, when neither way is open on this machine */
export async function temporalTestServer(
  say: Say = () => undefined,
  signal = new AbortController().signal,
): Promise<TestServerExecutable> {
  const { cacheDir, environment } = readUpSettings(process.env);
  const context: Context = { cacheDir, environment, signal, mayInstall: true };
  const home = path.join(cacheDir, `temporal-test-server-${SERVER_VERSION}`);
  const wrapper = path.join(home, "temporal-test-server");
  if (await exists(wrapper)) return { type: "existing-path", path: wrapper };
  say("fetching it from Maven Central");
  await requireJava(context, say);
  await fetchFromMaven(home, context);
  return { type: "existing-path", path: wrapper };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function requireJava(context: Context, say: Say): Promise<void> {
  if ((await works("java", ["-version"], context)) && (await works("mvn", ["--version"], context))) return;
  await installPackages(JAVA_PACKAGES, context, say);
}

async function works(command: string, args: readonly string[], { environment, signal }: Context): Promise<boolean> {
  return runCommand(command, args, { env: toolEnvironment(environment), signal, timeoutMs: JAVA_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

/** Builds beside the target and renames, so that two test processes at once cannot see half a directory. */
async function fetchFromMaven(home: string, { cacheDir, environment, signal }: Context): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const staging = await mkdtemp(path.join(cacheDir, "test-server-"));
  try {
    await writeFile(path.join(staging, "pom.xml"), POM);
    const goal = ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"];
    await runCommand("mvn", goal, { cwd: staging, env: toolEnvironment(environment), signal, timeoutMs: MAVEN_TIMEOUT_MS });
    if ((await digestOfJars(path.join(staging, "lib"))) !== JARS_SHA256) {
      throw new Error("The jars of Temporal's test server are not those that were released.");
    }
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

async function digestOfJars(folder: string): Promise<string> {
  const lines = createHash("sha256");
  for (const name of (await readdir(folder)).toSorted()) {
    const digest = createHash("sha256").update(await readFile(path.join(folder, name)));
    lines.update(`${digest.digest("hex")}  ${name}\n`);
  }
  return lines.digest("hex");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = await temporalTestServer((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${server.path}\n`);
}
