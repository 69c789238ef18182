// The broker's secrets as the environment gives them.
import { z } from "zod";
import { readSettings } from "../../adapters/process/process-settings.ts";
import { BROKER_SETTINGS, brokerSettings } from "./settings.ts";

const read = (env: Record<string, string>) => brokerSettings(readSettings(z.object(BROKER_SETTINGS), env)).secrets;

test("a secret has at least 16 characters, blanks around it not counted, or none at all", () => {
  expect(read({ OPENCLAW_QA_CONVEX_SECRET_CI: " sixteen-letters. " }).ci?.reveal()).toBe("sixteen-letters.");
  expect(read({ OPENCLAW_QA_CONVEX_SECRET_CI: "  ", OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "" })).toEqual({
    ci: null,
    maintainer: null,
  });
});

test.each(["OPENCLAW_QA_CONVEX_SECRET_CI", "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER"])(
  "the api refuses to start with a short %s, and does not repeat it",
  (name) => {
    const start = (): unknown => read({ [name]: " fifteen-letters " });
    expect(start).toThrow(`${name}: Use at least 16 characters.`);
    expect(start).not.toThrow(/fifteen/);
  },
);
