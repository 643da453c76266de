import { Fragment, type ReactElement } from "react";

/** A field's name that may wrap, behind a dot or an underscore first; it is never cut. */
export function FieldName({ name }: { name: string }): ReactElement {
  // The mark of a head that was left out stays with what follows it.
  const parts = name.replace(/^…/, "…\u2060").split(/(?<=[._])/);
  return <>{parts.map((part, i) => <Fragment key={i}>{i === 0 ? null : <wbr />}{part}</Fragment>)}</>;
}
