import { returnPath } from "./return-path.ts";

test.each(["/", "/chat", "/chat/abc?x=1#y", "/settings/profile", "/%C3%A4"])("%s is a path of ours", (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  ...["//e.test", "/\\e.test", "/\t/e.test", "/\n/e.test", "/%09/e.test", "/%2f/e.test", "/%5Ce.test"],
  ...["https://e.test", "javascript:alert(1)", "chat", "", " /chat", "/.//e.test", "/..//e.test"],
])("%j is not, and leads home", (text) => {
  expect(returnPath(text)).toBe("/");
});
