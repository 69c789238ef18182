// A name that leads to a workspace or to its teams, and below it what that is for.
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

export interface NamedLinkProps {
  readonly name: string;
  readonly description?: string;
  readonly workspaceId: string;
  /** Absent: its members. */
  readonly tab?: "teams";
}

export function NamedLink({ name, description = "", workspaceId, tab }: NamedLinkProps) {
  return (
    <>
      <Anchor
        inherit
        renderRoot={(props) => (
          <Link to="/workspaces/$workspaceId" params={{ workspaceId }} search={tab === undefined ? {} : { tab }} {...props}>
            {name}
          </Link>
        )}
      />
      {description === "" ? null : (
        <Text size="sm" c="dimmed" fw={400} lineClamp={2}>
          {description}
        </Text>
      )}
    </>
  );
}
