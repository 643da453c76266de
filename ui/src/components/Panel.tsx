import { useState, type ReactElement, type ReactNode } from "react";
import { IconBtn } from "./Btn";
import { DataTable, type TableData } from "./DataTable";
import { IconChartBar, IconTable } from "./icons";
import { PanelState } from "./PanelState";
import { isPartial, partialText, type EsResult } from "./useEs";

interface Props<A> {
  title: string;
  sub?: ReactNode;
  /** Legend or links, right of the title. */
  extra?: ReactNode;
  className?: string;
  result: EsResult<A>;
  /** True when the answer holds nothing to show. */
  empty?: (answer: A | undefined) => boolean;
  /** The same data, behind "Show as a table". */
  table?: (answer: A) => TableData;
  children: (answer: A) => ReactNode;
}

/** A panel of a page: title, body, table toggle, and its own loading, empty, error and partial state. */
export function Panel<A>({ title, sub, extra, className, result, empty, table, children }: Props<A>): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const answer = result.data;
  const aggregations = answer?.aggregations;
  const shown = aggregations !== undefined && !(empty?.(aggregations) ?? false);
  return (
    <section className={`pan ${className ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {sub === undefined ? null : <span className="t3 el">{sub}</span>}
        <span className="sp row">
          {asTable ? null : extra}
          {table === undefined || !shown ? null : (
            <IconBtn look="g" small label={asTable ? "Show as a chart" : "Show as a table"} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {asTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
            </IconBtn>
          )}
        </span>
      </header>
      <div className={`pb ${result.isPlaceholderData ? "stale" : ""}`}>
        {answer !== undefined && isPartial(answer) ? (
          <PanelState.Partial text={partialText(answer)} onRetry={() => void result.refetch()} />
        ) : null}
        {result.isError ? (
          <PanelState.Failed error={result.error} onRetry={() => void result.refetch()} />
        ) : answer === undefined ? (
          <PanelState.Loading />
        ) : !shown ? (
          <PanelState.Empty />
        ) : asTable && table !== undefined ? (
          <DataTable data={table(aggregations)} caption={title} />
        ) : (
          children(aggregations)
        )}
      </div>
    </section>
  );
}
