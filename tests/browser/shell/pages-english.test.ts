// Every page in English; and that none of them can escape.
import { describePages } from "../../support/browser/describe-pages.ts";
import { PAGES } from "../../support/browser/ui-pages.ts";
import { listPagePaths } from "../../support/browser/ui-routes.ts";

const PATIENCE_MS = 300_000;

test(
  "every page of the interface is among those that are looked at",
  async () => {
    const isShown = (path: string): boolean => {
      const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, "[^/]+")}$`);
      return PAGES.some((page) => pattern.test(page.path.replace(/[?#].*$/, "")));
    };
    const paths = await listPagePaths();
    expect(paths).toContain("/settings/profile");
    expect(paths.filter((path) => !isShown(path))).toEqual([]);
  },
  PATIENCE_MS,
);

describePages("en");
