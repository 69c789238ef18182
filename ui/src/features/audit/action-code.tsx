// The name of an action. Where it has no room it goes on behind a dot or an underscore, never within a word.
import { Code } from "@mantine/core";
import { WrappedText } from "../../components/wrapped-text.tsx";

const BREAKS = /(?<=[._])(?![._])/;

export function ActionCode({ action }: { readonly action: string }) {
  return (
    <Code style={{ overflowWrap: "break-word" }}>
      <WrappedText text={action} breaks={BREAKS} />
    </Code>
  );
}
