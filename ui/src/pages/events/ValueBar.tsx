import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from "react";
import { copyText } from "../../components/CopyButton";
import { useAnnounce } from "../../components/Announcer";
import { IconCircleMinus, IconCirclePlus, IconColumns3, IconCopy } from "../../components/icons";
import { useShortcut } from "../../components/Shortcuts";

export type Scalar = string | number | boolean;

export interface ValueActions {
  filter: (field: string, value: Scalar, not: boolean) => void;
  toggleColumn: (field: string) => void;
  isColumn: (field: string) => boolean;
}

interface Target {
  field: string;
  value: Scalar;
  /** Where the text of the value stands, in viewport coordinates. */
  box: { top: number; right: number; height: number };
  /** The edges of its cell, in a table: behind the right one the next column begins. */
  cell?: { left: number; right: number };
}

interface Bar {
  actions: ValueActions;
  target: Target | undefined;
  setTarget: (target: Target | undefined) => void;
}

const Context = createContext<Bar | null>(null);

function useBar(): Bar {
  const bar = useContext(Context);
  if (bar === null) throw new Error("BUG: no ValueBarProvider above");
  return bar;
}

export const useValueActions = (): ValueActions => useBar().actions;

/** What marks an element as a value of a field: hover or focus then offers the actions. */
export const valueProps = (field: string, value: Scalar): Record<"data-field" | "data-value", string> => ({
  "data-field": field,
  "data-value": JSON.stringify(value),
});

function targetOf(element: Element): Target | undefined {
  const found = element.closest<HTMLElement>("[data-field]");
  if (found === null) return undefined;
  const { field = "", value = "null" } = found.dataset;
  const { top, left, right, height } = found.getBoundingClientRect();
  const text = document.createRange();
  text.selectNodeContents(found);
  const end = Math.min(right, text.getBoundingClientRect().right);
  return { field, value: JSON.parse(value) as Scalar, box: { top, right: end, height }, ...(found.getAttribute("role") === "gridcell" ? { cell: { left, right } } : {}) };
}

/**
 * One bar of actions for all values of the page. It listens to hover and focus
 * on the whole page instead of putting a bar into each of thousands of cells.
 */
export function ValueBarProvider({ actions, children }: { actions: ValueActions; children: ReactNode }): ReactElement {
  const [target, setTarget] = useState<Target>();
  useEffect(() => {
    const look = (event: Event): void => {
      if (!(event.target instanceof Element) || event.target.closest(".valuebar") !== null) return;
      setTarget(targetOf(event.target));
    };
    const hide = (): void => setTarget(undefined);
    document.addEventListener("mouseover", look);
    document.addEventListener("focusin", look);
    document.addEventListener("scroll", hide, true);
    return () => {
      document.removeEventListener("mouseover", look);
      document.removeEventListener("focusin", look);
      document.removeEventListener("scroll", hide, true);
    };
  }, []);
  const value = useMemo(() => ({ actions, target, setTarget }), [actions, target]);
  return <Context value={value}>{children}</Context>;
}

/** A cell of this width, in pixels, holds all actions and still some of its value. */
const roomy = 170;

/** The actions beside the value at the cursor, and their keys. */
export function ValueBar(): ReactElement | null {
  const { actions, target, setTarget } = useBar();
  const announce = useAnnounce();
  const latest = useRef(target);
  useEffect(() => {
    latest.current = target;
  });
  const filter = useCallback(
    (not: boolean) => {
      const t = latest.current ?? focusedCell();
      if (t !== undefined) actions.filter(t.field, t.value, not);
      setTarget(undefined);
    },
    [actions, setTarget],
  );
  const copy = useCallback(() => {
    const t = latest.current ?? focusedCell();
    if (t !== undefined) void copyText(String(t.value)).then((ok) => announce(ok ? "Copied" : "The browser refused the clipboard"));
  }, [announce]);
  useShortcut("f", "Filter for the value", () => filter(false));
  useShortcut("x", "Filter the value out", () => filter(true));
  useShortcut("y", "Copy the value", copy);
  if (target === undefined) return null;
  const { box, cell } = target;
  // A narrow cell has room for the two filters only; the other actions have keys and the drawer.
  const narrow = cell !== undefined && cell.right - cell.left < roomy;
  const width = narrow ? 62 : 116;
  const right = cell === undefined ? window.innerWidth - 4 : Math.min(cell.right + 4, window.innerWidth - 4);
  const column = actions.isColumn(target.field);
  return (
    <div className="valuebar" role="toolbar" aria-label={`Value of ${target.field}`} style={{ top: box.top + box.height / 2 - 14, left: Math.min(box.right + 4, right - width) }}>
      <Action label="Filter for" keys="f" onClick={() => filter(false)}><IconCirclePlus size={16} /></Action>
      <Action label="Filter out" keys="x" onClick={() => filter(true)}><IconCircleMinus size={16} /></Action>
      {narrow ? null : <Action label={column ? "Remove the column" : "Add as a column"} onClick={() => actions.toggleColumn(target.field)}><IconColumns3 size={16} /></Action>}
      {narrow ? null : <Action label="Copy" keys="y" onClick={copy}><IconCopy size={16} /></Action>}
    </div>
  );
}

/** The grid is one tab stop: its active cell stands for the focus. */
function focusedCell(): Target | undefined {
  const cell = document.querySelector('[data-active-cell="true"]');
  return cell === null ? undefined : targetOf(cell);
}

function Action({ label, keys, onClick, children }: { label: string; keys?: string; onClick: () => void; children: ReactNode }): ReactElement {
  return (
    <button type="button" tabIndex={-1} aria-label={label} title={keys === undefined ? label : `${label}  ${keys}`} onMouseDown={(e) => e.preventDefault()} onClick={onClick}>
      {children}
    </button>
  );
}
