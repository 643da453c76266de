import type { ReactElement } from "react";
import { TimePicker } from "./TimePicker";

/** The head of a page: what it is on the left, its time on the right. */
export function PageHead({ title, sub }: { title: string; sub?: string | undefined }): ReactElement {
  return (
    <div className="head">
      <h1>{title}</h1>
      {sub === undefined ? null : <span className="sub">{sub}</span>}
      <span className="sp headtime"><TimePicker /></span>
    </div>
  );
}
