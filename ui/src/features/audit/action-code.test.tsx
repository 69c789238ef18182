// The name of an action where there is little room: it breaks behind dots and underscores alone.
import { show } from "../../../testing/show.tsx";
import { ActionCode } from "./action-code.tsx";

test.each([
  ["container.restart", "container.|restart"],
  ["credential_key.create", "credential_|key.|create"],
  ["session", "session"],
])("%s may break at %s", (action, marked) => {
  const { container } = show(<ActionCode action={action} />);
  for (const mark of container.querySelectorAll("wbr")) mark.replaceWith("|");
  expect(container.querySelector("code")?.textContent).toBe(marked);
});
