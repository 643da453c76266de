import { Menu, Popover } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { IconCheck } from "../components/icons";
import { useSearchReport } from "../components/SearchLog";
import { useTime } from "../components/TimeContext";
import { useIngest, useStatus, useStorage } from "../components/useConsole";
import { formatBytes, formatCount, formatShort, plural } from "../lib/format";
import { resolveZone, zoneLabel } from "../lib/zone";

/** The bottom bar: what is stored, how fast it grows, who answered, the zone, the shortcuts. */
export function StatusBar({ onShortcuts }: { onShortcuts: () => void }): ReactElement {
  const storage = useStorage();
  const ingest = useIngest();
  const status = useStatus();
  const lost = storage.isError || status.isError;
  const rate = ingest.data?.sources.reduce((sum, s) => sum + s.events_per_second, 0) ?? 0;
  const stored = storage.data;
  return (
    <footer className="status">
      {lost ? <span className="row bad" role="alert"><i className="dot err" />The server cannot be reached. Trying again.</span> : <Warnings />}
      {status.data?.demo === true ? <span className="wideonly">Demo data</span> : null}
      {stored === undefined ? null : (
        <span title={`${formatBytes(stored.bytes)} on disk, ${plural(stored.indices.length, "index", "indices")}`}>{formatCount(stored.documents)} events stored</span>
      )}
      {ingest.data === undefined ? null : <span className="wideonly">{rate > 0 && rate < 1 ? "<1" : formatShort(rate)} events/s</span>}
      <span className="sp" />
      <span className="wideonly"><Answered /></span>
      <ZoneMenu />
      <button type="button" className="wideonly" onClick={onShortcuts}><kbd>?</kbd>Shortcuts</button>
    </footer>
  );
}

function Warnings(): ReactElement | null {
  const warnings = useStatus().data?.warnings ?? [];
  const [open, setOpen] = useState(false);
  if (warnings.length === 0) return null;
  const first = warnings[0]?.message ?? "";
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" width={360} shadow="md">
      <Popover.Target>
        <button type="button" onClick={() => setOpen(!open)}>
          <i className="dot warn" />
          {warnings.length === 1 ? (first.split(". ")[0] ?? first).replace(/\.$/, "") : plural(warnings.length, "warning")}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className="f12">{warnings.map((w) => <li key={w.code}>{w.message}</li>)}</ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function Answered(): ReactElement | null {
  const report = useSearchReport();
  if (report === undefined) return null;
  const { total, failed } = report.shards;
  const who =
    total === 0 ? "no index asked" : failed > 0 ? `${failed} of ${total} indices did not answer` : report.timedOut ? "out of time" : `all ${plural(total, "index", "indices")} answered`;
  return <span className={failed > 0 || report.timedOut ? "bad" : undefined}>Search {formatCount(report.tookMs)} ms, {who}</span>;
}

const named = ["Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"];

function ZoneMenu(): ReactElement {
  const { zone, zoneChoice, setZone, now } = useTime();
  const [find, setFind] = useState("");
  const all = Intl.supportedValuesOf("timeZone");
  const found = find === "" ? named : all.filter((z) => z.toLowerCase().includes(find.toLowerCase().replaceAll(" ", "_"))).slice(0, 12);
  const tick = (choice: string): ReactElement | null => (choice === zoneChoice ? <IconCheck size={14} /> : null);
  return (
    <Menu position="top-end" shadow="md" closeOnItemClick onClose={() => setFind("")}>
      <Menu.Target>
        <button type="button" aria-label={`Time zone: ${zoneLabel(zone, now)}`}>{zoneLabel(zone, now)}</button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection={tick("browser")} onClick={() => setZone("browser")}>Browser ({resolveZone("browser")})</Menu.Item>
        <Menu.Item rightSection={tick("UTC")} onClick={() => setZone("UTC")}>UTC</Menu.Item>
        <Menu.Divider />
        <input className="zonefind" aria-label="Find a time zone" placeholder="Find a time zone" value={find} onChange={(e) => setFind(e.currentTarget.value)} onKeyDown={(e) => e.stopPropagation()} />
        {found.map((name) => <Menu.Item key={name} rightSection={tick(name)} onClick={() => setZone(name)}>{name.replaceAll("_", " ")}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}
