import { useMemo, useRef, useState, type ReactElement } from "react";
import { FieldName } from "../../components/FieldName";
import { IconBtn } from "../../components/Btn";
import { IconClock, IconHash, IconLetterT, IconPlus, IconSearch, IconToggleLeft, IconWorld, IconX } from "../../components/icons";
import { useShortcut } from "../../components/Shortcuts";
import { summaryColumn } from "../../lib/events";
import { coverage, shortNames, type Field, type FieldKind } from "../../lib/fields";
import { formatShare, plural } from "../../lib/format";
import { FieldValues } from "./FieldValues";
import type { Events } from "./useEvents";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

const icons: Record<FieldKind, typeof IconHash> = {
  date: IconClock, number: IconHash, ip: IconWorld, boolean: IconToggleLeft, text: IconLetterT, keyword: IconLetterT, other: IconLetterT,
};

interface Props {
  state: EventsState;
  update: Update;
  fields: Fields;
  events: Events;
}

const sampleSize = 500;
/** Letters of a name that fit one line. */
const shownLength = 20;

/** The fields of the result: columns first, then all with how many events have them; one opens to its values. */
export function FieldList({ state, update, fields, events }: Props): ReactElement {
  const [find, setFind] = useState("");
  const [open, setOpen] = useState<string>();
  const [others, setOthers] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useShortcut(".", "Find a field", () => input.current?.focus());
  const sample = useMemo(() => events.rows.slice(0, sampleSize), [events.rows]);
  const shares = useMemo(() => coverage(sample.map((r) => r.flat)), [sample]);
  const short = useMemo(() => shortNames([...new Set([...fields.list.map((f) => f.name), ...state.columns])], shownLength), [fields.list, state.columns]);
  const fits = (name: string): boolean => name.toLowerCase().includes(find.trim().toLowerCase());
  const columns = state.columns.filter((c) => c !== summaryColumn && fits(c));
  const rest = fields.list.filter((f) => !state.columns.includes(f.name) && !f.name.endsWith(".keyword") && fits(f.name));
  const present = rest.filter((f) => shares.has(f.name));
  const absent = rest.filter((f) => !shares.has(f.name));
  const set = (cols: string[]): void => update({ cols });
  const row = (field: Field, isColumn: boolean): ReactElement => (
    <FieldRow
      key={field.name}
      field={field}
      short={short.get(field.name) ?? field.name}
      share={shares.get(field.name)}
      sample={sample.length}
      isColumn={isColumn}
      open={open === field.name}
      onOpen={() => setOpen(open === field.name ? undefined : field.name)}
      onToggle={() => set(isColumn ? state.columns.filter((c) => c !== field.name) : [...state.columns, field.name])}
    >
      {open === field.name ? <FieldValues field={field.name} state={state} fields={fields} events={events} /> : null}
    </FieldRow>
  );
  const unknown = (name: string): Field => fields.byName.get(name) ?? { name, kind: "other", aggregatable: false };
  return (
    <aside className="pan fs" aria-label="Fields">
      <div className="fsfind">
        <IconSearch size={14} />
        <input ref={input} aria-label="Find a field" placeholder="Find a field" value={find} onChange={(e) => setFind(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === "Escape") e.currentTarget.blur(); }} />
        <kbd>.</kbd>
      </div>
      {/* The list scrolls on its own, so the keyboard must be able to reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="fslist" tabIndex={0} role="region" aria-label="List of fields">
        <h2 className="fg">Columns <span>{state.columns.length}</span></h2>
        {columns.map((name) => row(unknown(name), true))}
        {state.columns.includes(summaryColumn) ? (
          <div className="fld"><span className="ft on"><IconLetterT size={14} /></span><span className="grow">Summary</span><IconBtn look="g" small label="Remove the column Summary" onClick={() => set(state.columns.filter((c) => c !== summaryColumn))}><IconX size={14} /></IconBtn></div>
        ) : (
          <button type="button" className="lnk f11 fmore" onClick={() => set([...state.columns, summaryColumn])}>Add the summary</button>
        )}
        <h2 className="fg">In these events <span>{present.length}</span></h2>
        {present.map((f) => row(f, false))}
        {absent.length === 0 ? null : (
          <button type="button" className="lnk f11 fmore" aria-expanded={others || find !== ""} onClick={() => setOthers(!others)}>
            {sample.length === 0 ? plural(absent.length, "field") : `${plural(absent.length, "more field")} not in the newest ${sample.length}`}
          </button>
        )}
        {others || find !== "" ? absent.slice(0, 300).map((f) => row(f, false)) : null}
      </div>
    </aside>
  );
}

interface RowProps {
  field: Field;
  /** The name as far as it is shown. */
  short: string;
  share: number | undefined;
  sample: number;
  isColumn: boolean;
  open: boolean;
  onOpen: () => void;
  onToggle: () => void;
  children: ReactElement | null;
}

function FieldRow({ field, short, share, sample, isColumn, open, onOpen, onToggle, children }: RowProps): ReactElement {
  const Icon = icons[field.kind];
  return (
    <>
      <div className="fld">
        <button type="button" className="fname" aria-expanded={open} title={`${field.name} (${field.kind})`} onClick={onOpen}>
          <span className={`ft ${isColumn ? "on" : ""}`}><Icon size={14} /></span>
          <span className="mono"><FieldName name={short} /></span>
        </button>
        <span className="t3 f11 fshare" title={`of the newest ${sample} events`}>{share === undefined ? "" : formatShare(share, 1).replace(".0%", "%")}</span>
        <IconBtn look="g" small label={isColumn ? `Remove the column ${field.name}` : `Add ${field.name} as a column`} onClick={onToggle}>
          {isColumn ? <IconX size={14} /> : <IconPlus size={14} />}
        </IconBtn>
      </div>
      {children}
    </>
  );
}
