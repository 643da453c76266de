import { Menu, Popover } from "@mantine/core";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { describeRange, quickRanges, refreshChoices } from "../lib/ranges";
import { parseTime, step, tidyTime, zoomOut, type TimeRange } from "../lib/time";
import { formatDateTime } from "../lib/format";
import { zoneLabel } from "../lib/zone";
import { Btn, IconBtn } from "./Btn";
import { IconCheck, IconChevronDown, IconChevronLeft, IconChevronRight, IconClock, IconRefresh, IconZoomOut } from "./icons";
import { useTime } from "./TimeContext";
import "./timepicker.css";

/** Time, top right, on every page. */
export function TimePicker(): ReactElement {
  const time = useTime();
  const [open, setOpen] = useState(false);
  const earlier = step(time.span, -1, time.now);
  const later = step(time.span, 1, time.now);
  const label = describeRange(time.range, time.span, time.zone);
  const pick = (range: TimeRange | undefined): void => {
    setOpen(false);
    if (range !== undefined) time.setRange(range);
  };
  return (
    <div className="row controls" role="group" aria-label="Time">
      <span className="grp">
        <IconBtn label="Earlier" keys="[" onClick={() => pick(earlier)}><IconChevronLeft size={16} /></IconBtn>
        <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <Btn onClick={() => setOpen(!open)} className="range" aria-label={`Time range: ${label}`}>
              <IconClock size={16} />
              <span className="el">{label}</span>
              <IconChevronDown size={14} />
            </Btn>
          </Popover.Target>
          <Popover.Dropdown aria-label="Time range">
            <RangeForm onPick={pick} />
          </Popover.Dropdown>
        </Popover>
        <IconBtn label="Later" keys="]" disabled={later === undefined} onClick={() => pick(later)}><IconChevronRight size={16} /></IconBtn>
      </span>
      <IconBtn label="Zoom out" keys="-" onClick={() => pick(zoomOut(time.range, time.span))}><IconZoomOut size={16} /></IconBtn>
      <Refresh />
    </div>
  );
}

function Refresh(): ReactElement {
  const { refresh, setRefresh, rerun } = useTime();
  const current = refreshChoices.find((c) => c.seconds === refresh)?.label ?? `${refresh} s`;
  return (
    <span className="grp refresh">
      <IconBtn label="Run again" keys="r" onClick={rerun}><IconRefresh size={16} /></IconBtn>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Btn className="thin" aria-label={`Refresh: ${current}`}>{refresh === 0 ? null : current}<IconChevronDown size={14} /></Btn>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Run again every</Menu.Label>
          {refreshChoices.map((choice) => (
            <Menu.Item key={choice.seconds} onClick={() => setRefresh(choice.seconds)} rightSection={choice.seconds === refresh ? <IconCheck size={14} /> : null}>
              {choice.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

function RangeForm({ onPick }: { onPick: (range: TimeRange) => void }): ReactElement {
  const { range, now, zone } = useTime();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const start = parseTime(from, now, zone);
  const end = parseTime(to, now, zone);
  const wrong = start !== undefined && end !== undefined && start >= end;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (start !== undefined && end !== undefined && !wrong) onPick({ from: tidyTime(from, zone), to: tidyTime(to, zone) });
  };
  return (
    <div className="ranges">
      <ul aria-label="Quick ranges">
        {quickRanges.map((quick) => (
          <li key={quick.label}>
            <button type="button" aria-current={quick.from === range.from && quick.to === range.to} onClick={() => onPick({ from: quick.from, to: quick.to })}>
              {quick.label}
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <TimeField label="From" value={from} onChange={setFrom} ms={start} zone={zone} />
        <TimeField label="To" value={to} onChange={setTo} ms={end} zone={zone} />
        <p className="hint" role={wrong ? "alert" : undefined}>
          {wrong ? "The end stands before the start." : `Relative (-24h, now/d) or a date (2026-11-23 09:41, 23 Nov 2026 09:41), in ${zoneLabel(zone, now)}.`}
        </p>
        <Btn type="submit" look="p" disabled={start === undefined || end === undefined || wrong}>Set time</Btn>
      </form>
    </div>
  );
}

function TimeField({ label, value, onChange, ms, zone }: { label: string; value: string; onChange: (v: string) => void; ms: number | undefined; zone: string }): ReactElement {
  return (
    <label>
      <span>{label}</span>
      <input className="mono" value={value} spellCheck={false} aria-invalid={ms === undefined} onChange={(e) => onChange(e.currentTarget.value)} />
      <small>{ms === undefined ? "This is no time." : formatDateTime(ms, zone)}</small>
    </label>
  );
}
