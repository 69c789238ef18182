// What is going on, once it takes longer than a second.
import { Text } from "@mantine/core";
import { useSecondsSince } from "./use-seconds.ts";

export interface BusyTextProps {
  readonly since: number;
  readonly text: (seconds: number) => string;
}

export function BusyText({ since, text }: BusyTextProps) {
  const seconds = useSecondsSince(since);
  return seconds < 1 ? null : (
    <Text size="sm" c="dimmed" className="tabular" role="status">
      {text(seconds)}
    </Text>
  );
}
