import { createEventTranslator, linesOf } from "./docker-runtime-events.ts";

const tenant = "human:0b8f7b0e-5f0a-4a52-9a3e-2f4a0d6f6f10";
const raw = (Action: string, attributes: Record<string, string> = {}): string =>
  JSON.stringify({ Type: "container", Action, Actor: { ID: "c1", Attributes: { "mosaic.tenant": tenant, ...attributes } } });

test("a death carries its exit code and its tenant", () => {
  expect(createEventTranslator()(raw("die", { exitCode: "137" }))).toEqual({
    kind: "exited",
    engineContainerId: "c1",
    tenant,
    exitCode: 137,
  });
});

test("a death after an oom is out of memory, once", () => {
  const translate = createEventTranslator();
  expect(translate(raw("oom"))).toBeNull();
  expect(translate(raw("die", { exitCode: "137" }))?.kind).toBe("out_of_memory");
  expect(translate(raw("die", { exitCode: "1" }))?.kind).toBe("exited");
});

test("a removal, a start and a failed health check are told, anything else is not", () => {
  const translate = createEventTranslator();
  expect(translate(raw("destroy"))?.kind).toBe("removed");
  expect(translate(raw("start"))?.kind).toBe("started");
  expect(translate(raw("health_status: unhealthy"))?.kind).toBe("unhealthy");
  expect(translate(raw("health_status: healthy"))).toBeNull();
  expect(translate(raw("exec_create: sh"))).toBeNull();
});

test("what is no event is passed over", () => {
  expect(createEventTranslator()("{ half")).toBeNull();
  expect(createEventTranslator()('{"Action":"die"}')).toBeNull();
});

test("a label that is no tenant gives none", () => {
  expect(createEventTranslator()(raw("start", { "mosaic.tenant": "root" }))?.tenant).toBeNull();
});

test("lines are put together over the borders of chunks", async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const text of ["{a", "}\n{b}", "\n\n{c}\n"]) yield Buffer.from(text);
  }
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line);
  expect(lines).toEqual(["{a}", "{b}", "{c}"]);
});
