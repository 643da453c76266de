import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Btn } from "../components/Btn";
import { CopyButton } from "../components/CopyButton";
import { IconAlertCircle } from "../components/icons";
import { pages } from "./pages";

/** What stands in place of a page that broke; the frame around it goes on. Plain links lead on even when the frame broke too. */
export function PageFailed({ error: cause, reset }: ErrorComponentProps): ReactElement {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return (
    <div className="state" role="alert">
      <IconAlertCircle size={24} stroke={1.5} />
      <strong>This page broke</strong>
      <p>{error.message}</p>
      <div className="row">
        <Btn small onClick={reset}>Try again</Btn>
        {pages.map((page) => <a key={page.path} className="btn s" href={page.path}>{page.label}</a>)}
        <CopyButton label="Copy details" text={() => `${error.message}\n${error.stack ?? ""}`}>Copy details</CopyButton>
      </div>
    </div>
  );
}

export function PageMissing(): ReactElement {
  return (
    <div className="state">
      <strong>There is no such page</strong>
      <Link to="/">Overview</Link>
    </div>
  );
}
