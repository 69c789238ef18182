// Refuses changes to recorded histories: they represent open runs of installed releases, which cannot change either.
import { join } from "node:path";
import { changesOfRecorded } from "./record/recorded-files.ts";

const changes = await changesOfRecorded(join(import.meta.dirname, "../tests/replay/histories"));
for (const change of changes) process.stderr.write(`${change}\n`);
if (changes.length > 0) {
  process.stderr.write(
    "Recorded histories are kept as they are. A changed workflow replays them, with patched() where needed.\n",
  );
  process.exitCode = 1;
}
