// A file of the application that fails to load.
import { loadFile } from "./load-file.ts";

/** Fails this many times. */
function failing(times: number, reason = "Failed to fetch") {
  let attempts = 0;
  const load = async (): Promise<string> => {
    attempts += 1;
    if (attempts <= times) throw new TypeError(`${reason}, attempt ${attempts}`);
    return "the file";
  };
  return { load, attempts: () => attempts };
}

test("is requested once more, because the machine may have changed networks", async () => {
  const { load, attempts } = failing(1);
  expect(await loadFile(load)).toBe("the file");
  expect(attempts()).toBe(2);
});

test("is not requested more than twice if it is gone", async () => {
  await expect(loadFile(failing(5).load)).rejects.toThrow("attempt 2");
});

test("is not requested again if its style sheet is missing: it would be shown without styles", async () => {
  await expect(loadFile(failing(1, "Unable to preload CSS for /a.css").load)).rejects.toThrow("attempt 1");
});

test("is not requested again without a connection", async () => {
  Object.defineProperty(navigator, "onLine", { configurable: true, value: false });
  try {
    await expect(loadFile(failing(1).load)).rejects.toThrow("attempt 1");
  } finally {
    Reflect.deleteProperty(navigator, "onLine");
  }
});
