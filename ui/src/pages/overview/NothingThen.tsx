import type { ReactElement } from "react";
import { Btn } from "../../components/Btn";
import { useTime } from "../../components/TimeContext";
import { useOpenEvents } from "../../components/useOpenEvents";
import { formatDateTime, plural } from "../../lib/format";
import { absolute } from "../../lib/time";

const day = 86_400_000;

/** There are events, but not in this time, or none of AWS logs. */
export function NothingThen({ stored, newest, documents }: { stored: number | undefined; newest: number | null; documents: number }): ReactElement | null {
  const { zone, setRange } = useTime();
  const openEvents = useOpenEvents();
  if (stored === undefined) return null;
  if (stored === 0) {
    if (documents === 0) return null;
    return (
      <div className="strip info nothing" role="status">
        <span>None of the {plural(documents, "stored document")} is in logs-*, which this page is about.</span>
        <button type="button" className="lnk" onClick={() => openEvents([])}>Open Events</button>
      </div>
    );
  }
  if (newest === null) return null;
  return (
    <div className="strip info nothing" role="status">
      <span>No events in this time. The newest of {plural(stored, "stored event")} is from {formatDateTime(newest, zone)}.</span>
      <Btn small onClick={() => setRange(absolute({ from: newest - day, to: newest + 1000 }))}>Show its last 24 hours</Btn>
    </div>
  );
}
