import { useEffect, useRef, useState, type ReactElement } from "react";
import { flushSync } from "react-dom";
import type { Editor, EditorOptions } from "./editor";

interface Props {
  value: string;
  label: string;
  hint: string;
  error: { from: number; to: number } | undefined;
  onChange: (text: string) => void;
  onSubmit: () => void;
  suggest: EditorOptions["suggest"];
  /** Hands out the way to put the focus here. */
  register: (focus: () => void) => void;
}

/** The query field: a plain input first, the editor as soon as its chunk is here. Typing is never lost between them. */
export function QueryInput({ value, label, hint, error, onChange, onSubmit, suggest, register }: Props): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [editor, setEditor] = useState<Editor>();
  const latest = useRef({ value, label, hint, onChange, onSubmit, suggest });
  useEffect(() => {
    latest.current = { value, label, hint, onChange, onSubmit, suggest };
  });

  useEffect(() => {
    let made: Editor | undefined;
    let gone = false;
    const start = (): void => {
      // Without the chunk the plain input stays; it can do everything but complete.
      void import("./editor").then(({ createEditor }) => {
        if (gone || host.current === null) return;
        const plain = input.current;
        const now = latest.current;
        const text = plain?.value ?? now.value;
        made = createEditor({
          host: host.current,
          text,
          selection: [plain?.selectionStart ?? text.length, plain?.selectionEnd ?? text.length],
          focus: document.activeElement === plain,
          label: now.label,
          hint: now.hint,
          onChange: (next) => latest.current.onChange(next),
          onSubmit: () => latest.current.onSubmit(),
          suggest: (...args) => latest.current.suggest(...args),
        });
        // At once, so that there are never two fields.
        flushSync(() => setEditor(made));
      }, () => undefined);
    };
    const timer = window.setTimeout(start, 0);
    return () => {
      gone = true;
      window.clearTimeout(timer);
      made?.destroy();
      setEditor(undefined);
    };
  }, []);

  useEffect(() => editor?.setText(value), [editor, value]);
  useEffect(() => editor?.setError(error), [editor, error]);
  useEffect(() => register(() => (editor === undefined ? input.current?.focus() : editor.focus())), [editor, register]);

  return (
    <div className="qhost" ref={host}>
      {editor !== undefined ? null : (
        <input
          ref={input}
          className="mono"
          aria-label={label}
          placeholder={hint}
          spellCheck={false}
          value={value}
          onChange={(e) => onChange(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter") onSubmit();
            if (e.key === "Escape") e.currentTarget.blur();
          }}
        />
      )}
    </div>
  );
}
