// The name of an action. Where it has no room it goes on behind a dot or an underscore, never within a word.
import { Code } from "@mantine/core";
import { Fragment } from "react";

const BREAKS = /(?<=[._])(?![._])/;

export function ActionCode({ action }: { readonly action: string }) {
  return (
    <Code style={{ overflowWrap: "break-word" }}>
      {action.split(BREAKS).map((part, index) => (
        <Fragment key={index}>
          {index === 0 ? null : <wbr />}
          {part}
        </Fragment>
      ))}
    </Code>
  );
}
