// Builds the web interface into ui/dist, from which the api serves it.
import { buildWebUi } from "../cli/up/web-ui.ts";

await buildWebUi();
console.log("ui/dist");
