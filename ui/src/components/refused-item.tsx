// An entry of a menu that cannot be chosen, and why. The keyboard reaches it all the same, for the reason stands in it.
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
