import { Menu, Popover } from "@mantine/core";
import { useCallback, useMemo, useRef, useState, type SyntheticEvent, type ReactElement } from "react";
import { ApiError } from "../../api/errors";
import { Btn } from "../../components/Btn";
import { IconAlertCircle, IconCheck, IconChevronDown, IconSearch } from "../../components/icons";
import { useShortcut } from "../../components/Shortcuts";
import { TimePicker } from "../../components/TimePicker";
import { useTime } from "../../components/TimeContext";
import { defaultPattern } from "../../lib/events";
import { KqlError } from "../../lib/kql";
import { check, columnIn, type QueryError } from "../../lib/lucene";
import type { Language } from "../../lib/query";
import { QueryInput } from "./QueryInput";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";
import { useSuggest } from "./useSuggest";

interface Props {
  state: EventsState;
  update: Update;
  fields: Fields;
  error: ApiError | KqlError | undefined;
  /** Rows of an older search are still shown. */
  stale: boolean;
}

/** What is wrong with the query, at its column; undefined when the query is not to blame. */
function explain(error: Props["error"], text: string, language: Language): QueryError | undefined {
  if (error === undefined || text.trim() === "") return undefined;
  if (error instanceof KqlError) return { from: error.column, to: error.column + 1, message: error.message };
  if (error.status !== 400) return undefined;
  const seen = language === "lucene" ? check(text) : undefined;
  if (seen !== undefined) return seen;
  const column = error.reasons.map(columnIn).find((c) => c !== undefined);
  return column === undefined ? undefined : { from: column, to: column + 1, message: error.message };
}

/** First row: language, indices, query, time, Search. */
export function QueryRow({ state, update, fields, error, stale }: Props): ReactElement {
  const { rerun } = useTime();
  const [draft, setDraft] = useState(state.text);
  const [committed, setCommitted] = useState(state.text);
  if (committed !== state.text) {
    setCommitted(state.text);
    setDraft(state.text);
  }
  const focus = useRef<() => void>(() => undefined);
  const register = useCallback((f: () => void) => {
    focus.current = f;
  }, []);
  const suggest = useSuggest(state, fields);
  const problem = useMemo(() => explain(error, state.text, state.language), [error, state.text, state.language]);
  const marked = draft === state.text ? problem : undefined;
  const submit = (): void => {
    if (draft === state.text) rerun();
    else update({ q: draft });
  };
  useShortcut("/", "Go to the query", () => focus.current());
  return (
    <>
      <h1 className="sr">Events</h1>
      <div className="qrow" role="search">
        <span className="grp">
          <LanguageMenu language={state.language} onPick={(lang) => update({ lang })} />
          <PatternPicker pattern={state.pattern} onPick={(index) => update({ index, doc: undefined })} />
        </span>
        <div className={`qin ${marked === undefined ? "" : "wrong"}`}>
          <IconSearch size={16} />
          <QueryInput
            value={draft}
            label={`Query, ${state.language === "kql" ? "KQL" : "Lucene"}`}
            hint={state.language === "kql" ? "user.name: alice* and not event.outcome: success" : "event.outcome:failure AND user.name:alice*"}
            error={marked}
            onChange={setDraft}
            onSubmit={submit}
            suggest={suggest}
            register={register}
          />
        </div>
        <TimePicker />
        <Btn look="p" className="go" onClick={submit}>Search</Btn>
      </div>
      {error === undefined ? null : <ErrorLine error={error} problem={problem} stale={stale} onFix={(q) => update({ q })} onRetry={rerun} />}
    </>
  );
}

interface ErrorLineProps {
  error: ApiError | KqlError;
  problem: QueryError | undefined;
  stale: boolean;
  onFix: (query: string) => void;
  onRetry: () => void;
}

function ErrorLine({ error, problem, stale, onFix, onRetry }: ErrorLineProps): ReactElement {
  const fix = problem?.fix;
  return (
    <div className="qerrline bad" role="alert">
      <IconAlertCircle size={16} />
      <span>{problem === undefined ? `The search failed: ${error.message}.` : `Column ${problem.from + 1}: ${problem.message}.`}{stale ? " The rows below are of the search before." : ""}</span>
      {fix === undefined ? <button type="button" className="lnk" onClick={onRetry}>Try again</button> : <button type="button" className="lnk" onClick={() => onFix(fix.text)}>{fix.label}</button>}
    </div>
  );
}

const languages: readonly { key: Language; label: string; says: string }[] = [
  { key: "lucene", label: "Lucene", says: "user.name:alice AND NOT event.outcome:success" },
  { key: "kql", label: "KQL", says: "user.name: alice and not event.outcome: success" },
];

function LanguageMenu({ language, onPick }: { language: Language; onPick: (language: Language) => void }): ReactElement {
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Btn aria-label={`Query language: ${language === "kql" ? "KQL" : "Lucene"}`}>{language === "kql" ? "KQL" : "Lucene"}<IconChevronDown size={14} /></Btn>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map(({ key, label, says }) => (
          <Menu.Item key={key} rightSection={key === language ? <IconCheck size={14} /> : null} onClick={() => onPick(key)}>
            {label}<br /><span className="mono t3">{says}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const patterns: readonly { pattern: string; label: string }[] = [
  { pattern: defaultPattern, label: "All events" },
  { pattern: "logs-*", label: "AWS logs" },
  { pattern: "security-events*", label: "Security events" },
  { pattern: "compliance-findings*", label: "Compliance findings" },
];

function PatternPicker({ pattern, onPick }: { pattern: string; onPick: (pattern: string) => void }): ReactElement {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(pattern);
  const known = patterns.find((p) => p.pattern === pattern);
  const pick = (next: string): void => {
    setOpen(false);
    onPick(next);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (text.trim() !== "") pick(text.trim());
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Btn className="patbtn" aria-label={`Indices: ${pattern}`} title={pattern} onClick={() => { setText(pattern); setOpen(!open); }}>
          <span className="el">{known?.label ?? pattern}</span><IconChevronDown size={14} />
        </Btn>
      </Popover.Target>
      <Popover.Dropdown aria-label="Indices">
        <form className="patform" onSubmit={submit}>
          {patterns.map((p) => (
            <button key={p.pattern} type="button" aria-current={p.pattern === pattern} onClick={() => pick(p.pattern)}>
              {p.label}<span className="mono t3">{p.pattern}</span>
            </button>
          ))}
          <label className="f11 t3" htmlFor="pattern">Any other index, with * and commas</label>
          <div className="row">
            <input id="pattern" className="mono" spellCheck={false} value={text} onChange={(e) => setText(e.currentTarget.value)} />
            <Btn type="submit" look="p">Use</Btn>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
