// What is shown in the browser's regional form, and when the texts cannot be loaded.
import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { useFormatter, useTranslations } from "use-intl";
import { LanguageProvider } from "./language-provider.tsx";

function Example() {
  const t = useTranslations("common");
  const format = useFormatter();
  const date = format.dateTime(new Date("2026-11-21T12:00:00Z"), { dateStyle: "short", timeZone: "UTC" });
  return <p>{`${t("copy")} ${date}`}</p>;
}

beforeEach(() => {
  localStorage.clear();
  Object.defineProperty(navigator, "languages", { configurable: true, value: ["en-GB", "en"] });
});
afterEach(() => Reflect.deleteProperty(navigator, "languages"));

test("dates are written as where the browser says its person lives", async () => {
  render(
    <MantineProvider env="test">
      <LanguageProvider>
        <Example />
      </LanguageProvider>
    </MantineProvider>,
  );
  expect((await screen.findByText(/^Copy/)).textContent).toBe("Copy 21/11/2026");
});

test("texts that cannot be loaded are said, with a way to try again", async () => {
  render(
    <MantineProvider env="test">
      <LanguageProvider load={() => Promise.reject(new TypeError("Failed to fetch dynamically imported module"))}>
        <Example />
      </LanguageProvider>
    </MantineProvider>,
  );
  expect((await screen.findByRole("alert")).textContent).toBe(
    "The texts of this page could not be loaded. Check your connection.",
  );
  expect(screen.getByRole("button", { name: "Reload" })).not.toBeNull();
  expect(screen.queryByText(/^Copy/)).toBeNull();
});
