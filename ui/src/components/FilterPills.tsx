import { Menu, Modal } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";
import type { JsonObject } from "../api/es";
import { filterLabel, toClause, valueLabel, valueWords, type Filter } from "../lib/filters";
import { visibleShort } from "../lib/visible";
import { Btn } from "./Btn";
import { IconCircleMinus, IconCirclePlus, IconEye, IconEyeOff, IconPencil, IconPin, IconPinnedOff, IconX } from "./icons";
import "./filterpills.css";

interface Props {
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
  /** Stands behind the last pill and never on a line of its own. */
  after?: ReactNode;
}

/** The pills of a search. Each has a menu: exclude, disable, pin, edit, remove. */
export function FilterPills({ filters, onChange, after }: Props): ReactElement {
  const [editing, setEditing] = useState<number>();
  const put = (at: number, next: Filter | undefined): void =>
    onChange(filters.flatMap((f, i) => (i !== at ? [f] : next === undefined ? [] : [next])));
  const flip = (at: number, flag: "not" | "off" | "pin"): void => {
    const { [flag]: on, ...rest } = filters[at] as Filter;
    put(at, on === true ? rest : { ...rest, [flag]: true });
  };
  const edited = editing === undefined ? undefined : filters[editing];
  return (
    <>
      {filters.map((filter, i) => (
        <span className="pillbox" key={i}>
          <Pill filter={filter} onFlip={(flag) => flip(i, flag)} onRemove={() => put(i, undefined)} onEdit={() => setEditing(i)} />
          {i === filters.length - 1 ? after : null}
        </span>
      ))}
      {edited === undefined || editing === undefined ? null : (
        <DslEditor
          clause={toClause(edited)}
          onClose={() => setEditing(undefined)}
          onSave={(value) => {
            const flags = { ...(edited.pin === true ? { pin: true } : {}), ...(edited.off === true ? { off: true } : {}) };
            put(editing, { field: "", op: "dsl", value, ...flags });
            setEditing(undefined);
          }}
        />
      )}
    </>
  );
}

interface PillProps {
  filter: Filter;
  onFlip: (flag: "not" | "off" | "pin") => void;
  onRemove: () => void;
  onEdit: () => void;
}

function Pill({ filter, onFlip, onRemove, onEdit }: PillProps): ReactElement {
  const not = filter.not === true;
  const off = filter.off === true;
  const pin = filter.pin === true;
  const free = filter.op === "dsl" || filter.op === "query";
  const text = filter.label ?? (free ? valueLabel(filter) : undefined);
  return (
    <span className={`pill ${off ? "off" : ""}`}>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <button type="button" className="pl" title={filterLabel(filter)} aria-label={`Filter ${filterLabel(filter, valueWords)}${off ? ", disabled" : ""}${pin ? ", pinned" : ""}`}>
            {pin ? <IconPin size={14} /> : null}
            {off ? <IconEyeOff size={14} /> : null}
            {not ? <b>NOT</b> : null}
            {text === undefined ? <><span className="t3">{filter.field}:</span><span className="el">{visibleShort(valueWords(filter))}</span></> : <span className="el">{visibleShort(text)}</span>}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={not ? <IconCirclePlus size={16} /> : <IconCircleMinus size={16} />} onClick={() => onFlip("not")}>{not ? "Include" : "Exclude"}</Menu.Item>
          <Menu.Item leftSection={off ? <IconEye size={16} /> : <IconEyeOff size={16} />} onClick={() => onFlip("off")}>{off ? "Enable" : "Disable"}</Menu.Item>
          <Menu.Item leftSection={pin ? <IconPinnedOff size={16} /> : <IconPin size={16} />} onClick={() => onFlip("pin")}>{pin ? "Unpin" : "Pin across pages"}</Menu.Item>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>Edit as DSL…</Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconX size={16} />} onClick={onRemove}>Remove</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <button type="button" className="x" aria-label={`Remove filter ${filterLabel(filter, valueWords)}`} onClick={onRemove}><IconX size={14} /></button>
    </span>
  );
}

function parseClause(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 1) return value as JsonObject;
    return "A clause is an object with one key, such as {\"term\": …}.";
  } catch (cause) {
    return cause instanceof Error ? cause.message : "This is no JSON.";
  }
}

function DslEditor({ clause, onSave, onClose }: { clause: JsonObject; onSave: (value: JsonObject) => void; onClose: () => void }): ReactElement {
  const [text, setText] = useState(() => JSON.stringify(clause, null, 2));
  const parsed = parseClause(text);
  return (
    <Modal opened onClose={onClose} title="Edit as DSL" size="lg">
      <div className="dsl">
        <label htmlFor="dsl-text" className="t3 f12">One clause of Elasticsearch's query DSL</label>
        <textarea id="dsl-text" className="mono" rows={12} spellCheck={false} value={text} aria-invalid={typeof parsed === "string"} onChange={(e) => setText(e.currentTarget.value)} />
        <p className="f12 bad" role="status">{typeof parsed === "string" ? parsed : ""}</p>
        <div className="row">
          <span className="sp" />
          <Btn onClick={onClose}>Cancel</Btn>
          <Btn look="p" disabled={typeof parsed === "string"} onClick={() => typeof parsed === "string" ? undefined : onSave(parsed)}>Save filter</Btn>
        </div>
      </div>
    </Modal>
  );
}
