import { createContext, useContext, useEffect, useMemo, useRef, type ReactElement, type ReactNode } from "react";

export interface Shortcut {
  /** One key as `KeyboardEvent.key` names it, or two with a blank: "g o". */
  keys: string;
  /** What the list shows; undefined keeps it out of the list. */
  says?: string;
  run: (event: KeyboardEvent) => void;
}

/** All shortcuts of what is on the page; the one added last wins. */
export class ShortcutBook {
  private readonly entries: Shortcut[] = [];
  private first = "";

  add(shortcut: Shortcut): () => void {
    this.entries.push(shortcut);
    return () => {
      const at = this.entries.indexOf(shortcut);
      if (at !== -1) this.entries.splice(at, 1);
    };
  }

  /** What can be pressed now, each key once. */
  list(): Shortcut[] {
    const seen = new Map<string, Shortcut>();
    for (const entry of this.entries) if (entry.says !== undefined) seen.set(entry.keys, entry);
    return [...seen.values()];
  }

  /** Runs what the key stands for. Keys typed into a field, and chords, are left alone. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTaken(event)) return;
    const pair = this.first === "" ? "" : `${this.first} ${event.key}`;
    this.first = "";
    const found = this.find(pair) ?? this.find(event.key);
    if (found !== undefined) {
      event.preventDefault();
      found.run(event);
    } else if (this.entries.some((s) => s.keys.startsWith(`${event.key} `))) this.first = event.key;
  }

  private find(keys: string): Shortcut | undefined {
    for (let i = this.entries.length - 1; i >= 0; i--) if (this.entries[i]?.keys === keys) return this.entries[i];
    return undefined;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** A field takes every key but Escape, a button takes Enter, a dialog or menu takes all. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog, [role="dialog"], [role="menu"]') !== null) return true;
  if (key === "Enter") return isTyping(target) || target.closest("button, a, summary") !== null;
  return key !== "Escape" && isTyping(target);
}

const Book = createContext<ShortcutBook | null>(null);

export function ShortcutProvider({ children }: { children: ReactNode }): ReactElement {
  const book = useMemo(() => new ShortcutBook(), []);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => book.press(event);
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [book]);
  return <Book value={book}>{children}</Book>;
}

export function useShortcutBook(): ShortcutBook {
  const book = useContext(Book);
  if (book === null) throw new Error("BUG: no ShortcutProvider above");
  return book;
}

/** Binds a key while the component is on the page. */
export function useShortcut(keys: string, says: string | undefined, run: (event: KeyboardEvent) => void, enabled = true): void {
  const book = useShortcutBook();
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    return book.add({ keys, ...(says === undefined ? {} : { says }), run: (event) => latest.current(event) });
  }, [book, keys, says, enabled]);
}
