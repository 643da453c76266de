import type { ReactElement, ReactNode } from "react";
import type { ApiError } from "../api/errors";
import { Btn } from "./Btn";
import { CopyButton } from "./CopyButton";
import { IconAlertCircle, IconAlertTriangle, IconFilterOff } from "./icons";

const heights = [48, 72, 60, 84, 96, 74, 58, 88, 66, 52, 80, 62];

/** Shows nothing for the first 200 ms, then the outline of what comes. */
function Loading({ lines = false }: { lines?: boolean }): ReactElement {
  return (
    <div className={`skeleton ${lines ? "lines" : ""}`} role="status" aria-label="Loading">
      {heights.map((height, i) => (
        <i key={i} style={lines ? { width: `${height}%` } : { height: `${height}%` }} />
      ))}
    </div>
  );
}

function Empty({ says = "No events match", children }: { says?: string; children?: ReactNode }): ReactElement {
  return (
    <div className="state">
      <IconFilterOff size={20} stroke={1.5} />
      <strong>{says}</strong>
      {children}
    </div>
  );
}

function Failed({ error, onRetry, says = "This panel could not load" }: { error: ApiError; onRetry: () => void; says?: string }): ReactElement {
  return (
    <div className="state" role="alert">
      <IconAlertCircle size={20} stroke={1.5} />
      <strong>{says}</strong>
      <p>{error.message}</p>
      <div className="row">
        <Btn small onClick={onRetry}>Try again</Btn>
        <CopyButton label="Copy details" text={() => error.details()}>Copy details</CopyButton>
      </div>
    </div>
  );
}

function Partial({ text, onRetry }: { text: string; onRetry: () => void }): ReactElement {
  return (
    <div className="strip warn" role="status">
      <IconAlertTriangle size={16} />
      <span>{text}</span>
      <button type="button" className="lnk" onClick={onRetry}>Try again</button>
    </div>
  );
}

/** What a panel shows when it has no picture to show. */
export const PanelState = { Loading, Empty, Failed, Partial };
