import { acceptCompletion, autocompletion, closeCompletion, completionStatus, moveCompletionSelection, selectedCompletion, setSelectedCompletion, startCompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorSelection, EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, placeholder, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { tokenize } from "../../lib/lucene";
import { visibleShort } from "../../lib/visible";

/** The query editor proper. It is a chunk of its own; a plain input stands in until it is here. */

export interface Suggestion {
  label: string;
  /** What is written into the query; the label when absent. */
  insert?: string;
  /** Events with this value, for the bar. */
  count?: number;
  note?: string;
}

export interface Suggestions {
  /** Offset the completion replaces from. */
  from: number;
  title: string;
  list: Suggestion[];
}

export interface EditorOptions {
  host: HTMLElement;
  text: string;
  selection: [number, number];
  focus: boolean;
  label: string;
  hint: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
  suggest: (text: string, at: number, signal: AbortSignal) => Promise<Suggestions | undefined>;
}

export interface Editor {
  setText: (text: string) => void;
  setError: (error: { from: number; to: number } | undefined) => void;
  focus: () => void;
  destroy: () => void;
}

const kinds: Partial<Record<string, Decoration>> = {
  field: Decoration.mark({ class: "qf" }),
  value: Decoration.mark({ class: "qv" }),
  phrase: Decoration.mark({ class: "qv" }),
  regex: Decoration.mark({ class: "qv" }),
  operator: Decoration.mark({ class: "qo" }),
};

function colour(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const token of tokenize(view.state.doc.toString())) {
    const mark = kinds[token.kind];
    if (mark !== undefined) builder.add(token.from, token.to, mark);
  }
  return builder.finish();
}

const colours = ViewPlugin.define(
  (view) => ({
    decorations: colour(view),
    update(change: ViewUpdate) {
      if (change.docChanged) this.decorations = colour(change.view);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

const setError = StateEffect.define<{ from: number; to: number } | undefined>();
const errorMark = Decoration.mark({ class: "qerr" });

const errors = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let next = change.docChanged ? Decoration.none : marks;
    for (const effect of change.effects) {
      if (!effect.is(setError)) continue;
      const length = change.newDoc.length;
      const { from = 0, to = 0 } = effect.value ?? {};
      const start = Math.max(0, Math.min(from, length - 1));
      const end = Math.min(Math.max(to, start + 1), length);
      next = effect.value === undefined || end <= start ? Decoration.none : Decoration.set([errorMark.range(start, end)]);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

type Counted = Completion & { count?: number; most?: number };

/** The bar and the number behind a value. Built from elements, so a value is never markup. */
function renderCount(completion: Completion): Node | null {
  const { count, most = 1 } = completion as Counted;
  if (count === undefined) return null;
  const box = document.createElement("span");
  box.className = "cnum";
  const track = document.createElement("span");
  track.className = "ctrack";
  const bar = document.createElement("i");
  bar.style.width = `${(100 * count) / most}%`;
  track.append(bar);
  const number = document.createElement("span");
  number.textContent = count.toLocaleString("en-US");
  box.append(track, number);
  return box;
}

function source(options: EditorOptions) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort());
    const found = await options.suggest(context.state.doc.toString(), context.pos, abort.signal);
    if (found === undefined || found.list.length === 0) return null;
    const most = Math.max(1, ...found.list.map((s) => s.count ?? 0));
    return {
      from: found.from,
      filter: false,
      options: found.list.map((s, i): Counted => ({
        label: s.label,
        displayLabel: visibleShort(s.label, 80),
        apply: s.insert ?? s.label,
        section: { name: found.title, rank: 0 },
        boost: -i,
        ...(s.note === undefined ? {} : { detail: s.note }),
        ...(s.count === undefined ? {} : { count: s.count, most }),
      })),
    };
  };
}

/** One line, however it gets in: line breaks become blanks. */
const oneLine = EditorState.transactionFilter.of((change) => {
  if (!change.docChanged || change.newDoc.lines === 1) return change;
  const text = change.newDoc.toString().replace(/\s*\n\s*/g, " ");
  return [{ changes: { from: 0, to: change.startState.doc.length, insert: text }, selection: EditorSelection.cursor(text.length) }];
});

/** Tab takes the entry that was chosen, else the first. */
function acceptFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== "active") return false;
  if (selectedCompletion(view.state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

/** The entry under a moving mouse is the chosen one. A list that opens under a resting mouse chooses nothing. */
function chooseByMouse(view: EditorView, signal: AbortSignal): void {
  let last = "";
  document.addEventListener("mousemove", (event) => {
    const here = `${event.screenX} ${event.screenY}`;
    if (here === last) return;
    last = here;
    const entry = event.target instanceof Element ? event.target.closest(".qcomplete li[id]") : null;
    const at = Number(/-(\d+)$/.exec(entry?.id ?? "")?.[1] ?? -1);
    if (at !== -1 && entry?.hasAttribute("aria-selected") !== true) view.dispatch({ effects: setSelectedCompletion(at) });
  }, { signal });
}

export function createEditor(options: EditorOptions): Editor {
  // Enter takes an entry only when the person went to it; otherwise it searches.
  const enter = (view: EditorView): boolean => {
    if (selectedCompletion(view.state) !== null && acceptCompletion(view)) return true;
    closeCompletion(view);
    options.onSubmit();
    return true;
  };
  const keys = [
    { key: "Enter", run: enter },
    { key: "Tab", run: acceptFirst },
    { key: "ArrowDown", run: (view: EditorView) => moveCompletionSelection(true)(view) || startCompletion(view) },
    { key: "ArrowUp", run: moveCompletionSelection(false) },
    { key: "Ctrl-Space", run: startCompletion },
    { key: "Escape", run: (view: EditorView) => (completionStatus(view.state) === null ? (view.contentDOM.blur(), true) : closeCompletion(view)) },
  ];
  const view = new EditorView({
    parent: options.host,
    state: EditorState.create({
      doc: options.text,
      selection: EditorSelection.single(...options.selection),
      extensions: [
        history(),
        Prec.highest(keymap.of(keys)),
        keymap.of([...defaultKeymap.filter((k) => k.key !== "Enter" && k.key !== "Mod-Enter"), ...historyKeymap]),
        autocompletion({ override: [source(options)], defaultKeymap: false, icons: false, activateOnTypingDelay: 80, interactionDelay: 0, selectOnOpen: false, activateOnCompletion: (c) => typeof c.apply === "string" && c.apply.endsWith(":"), addToOptions: [{ render: renderCount, position: 90 }], tooltipClass: () => "qcomplete" }),
        placeholder(options.hint),
        colours,
        errors,
        oneLine,
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  const gone = new AbortController();
  chooseByMouse(view, gone.signal);
  if (options.focus) view.focus();
  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: EditorSelection.cursor(text.length) });
    },
    setError: (error) => view.dispatch({ effects: setError.of(error) }),
    focus: () => view.focus(),
    destroy: () => {
      gone.abort();
      view.destroy();
    },
  };
}
