// A disabled menu item that says why. The keyboard still reaches it, so that the reason can be read.
import { Menu, Text } from "@mantine/core";

export interface RefusedItemProps {
  readonly label: string;
  readonly reason: string;
}

export function RefusedItem({ label, reason }: RefusedItemProps) {
  return (
    <Menu.Item
      closeMenuOnClick={false}
      c="dimmed"
      style={{ cursor: "default" }}
      // The library sets the attribute itself, and only together with what takes an item out of the way of the keys.
      renderRoot={(props) => <button {...props} type="button" aria-disabled />}
    >
      {label}
      <Text size="xs">{reason}</Text>
    </Menu.Item>
  );
}
