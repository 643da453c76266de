import { Modal } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { useShortcutBook } from "../components/Shortcuts";

const shown: Record<string, string> = { Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" };

const order = ["/", ".", "j", "k", "Enter", "Escape", "f", "x", "y", "[", "]", "-", "=", "r"];
const rank = (keys: string): number => (order.includes(keys) ? order.indexOf(keys) : order.length);

/** All keys that can be pressed on this page. */
export function ShortcutList({ onClose }: { onClose: () => void }): ReactElement {
  const book = useShortcutBook();
  const [list] = useState(() => book.list().sort((a, b) => rank(a.keys) - rank(b.keys)));
  return (
    <Modal opened onClose={onClose} title="Keyboard" size="lg">
      <dl className="shortcuts">
        {list.map((shortcut) => (
          <div key={shortcut.keys}>
            <dt>{shortcut.keys.split(" ").map((key, i) => <kbd key={i}>{shown[key] ?? key}</kbd>)}</dt>
            <dd>{shortcut.says}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
