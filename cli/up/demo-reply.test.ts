// Tests of the demonstration model's answer, with prompts as the real OpenClaw 2026.9.6 sent them.
import { demoReply, whatTheUserWrote } from "./demo-reply.ts";

const RUNTIME =
  "\n\nRuntime: agent=main | session=agent:main:openai-user:conv:c1 | os=Linux 6.18 (x64) | capabilities=markdowndetails";

describe("the demonstration model's answer", () => {
  test("says that it is a demonstration, and what was said", () => {
    const reply = demoReply([{ role: "user", text: `[Sat 2026-11-21 10:08 UTC] My parrot is called Hugo.${RUNTIME}` }]);
    expect(reply).toContain("demonstration model");
    expect(reply).toContain("You said: “My parrot is called Hugo.”.");
    expect(reply).toContain("first thing I hear");
  });

  test("quotes the first message of the conversation when there are earlier ones", () => {
    const reply = demoReply([
      { role: "system", text: "You are Ann." },
      { role: "user", text: `[Sat 2026-11-21 10:08 UTC] My parrot is called Hugo.${RUNTIME}` },
      { role: "assistant", text: "You said: “My parrot is called Hugo.”." },
      { role: "user", text: "[Sat 2026-11-21 10:09 UTC] And what is his name?" },
    ]);
    expect(reply).toContain(
      "You said: “And what is his name?”. I remember 1 earlier message; the first was “My parrot is called Hugo.”.",
    );
  });

  test("finds the earlier messages of a request that carries its whole history", () => {
    const prompt =
      "[Sat 2026-11-21 10:08 UTC] [Chat messages since your last reply - for context]\nUser: first q\nAssistant: first a\n\n" +
      `[Current message - respond to this]\nUser: second q\nwith a second line${RUNTIME}`;
    expect(whatTheUserWrote(prompt)).toEqual(["first q", "second q\nwith a second line"]);
  });

  test("leaves the user's own brackets alone", () => {
    expect(whatTheUserWrote("[draft] my text")).toEqual(["[draft] my text"]);
  });

  test("shortens what is too long to quote", () => {
    expect(demoReply([{ role: "user", text: "x".repeat(5_000) }]).length).toBeLessThan(700);
  });
});
