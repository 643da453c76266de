import { useState, type ReactElement, type ReactNode } from "react";
import { useAnnounce } from "./Announcer";
import { Btn, IconBtn } from "./Btn";
import { IconCheck, IconCopy } from "./icons";

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure context the browser hands out no clipboard.
    return false;
  }
}

/** Copies what `text` gives when pressed; says so for a moment. */
export function CopyButton({ text, label, children }: { text: () => string; label: string; children?: ReactNode }): ReactElement {
  const [done, setDone] = useState(false);
  const announce = useAnnounce();
  const copy = async (): Promise<void> => {
    const ok = await copyText(text());
    announce(ok ? "Copied" : "The browser refused the clipboard");
    if (!ok) return;
    setDone(true);
    window.setTimeout(() => setDone(false), 1500);
  };
  const icon = done ? <IconCheck size={14} /> : <IconCopy size={14} />;
  if (children === undefined) {
    return <IconBtn look="g" small label={label} onClick={() => void copy()}>{icon}</IconBtn>;
  }
  return <Btn look="g" small onClick={() => void copy()}>{icon}{children}</Btn>;
}
