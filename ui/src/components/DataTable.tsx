import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
  type ColumnDef,
} from "@tanstack/react-table";
import { useMemo, type ReactElement } from "react";
import { formatCount } from "../lib/format";
import { visibleShort } from "../lib/visible";
import { CopyButton } from "./CopyButton";
import { IconArrowDown, IconArrowUp } from "./icons";

type Cell = string | number;

export interface TableData {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

type Row = readonly Cell[];

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

const show = (cell: Cell | undefined): string => (typeof cell === "number" ? formatCount(cell) : visibleShort(cell ?? ""));

function asTsv(data: TableData): string {
  return [data.columns, ...data.rows].map((row) => row.map(String).join("\t")).join("\n");
}

/** The data of a chart as a table: sortable, copyable. */
export function DataTable({ data, caption }: { data: TableData; caption: string }): ReactElement {
  const columns = useMemo<ColumnDef<typeof features, Row>[]>(
    () => data.columns.map((name, i) => ({ id: String(i), header: name, accessorFn: (row: Row) => row[i] ?? "" })),
    [data.columns],
  );
  const table = useTable({ features, columns, data: data.rows });
  const numeric = (i: number): string => (typeof data.rows[0]?.[i] === "number" ? "num" : "");
  return (
    // The region takes the focus so that it can be scrolled without a mouse.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="wide scroll datatable" role="region" aria-label={`${caption}, as a table`} tabIndex={0}>
      <span className="copy"><CopyButton label="Copy the table" text={() => asTsv(data)} /></span>
      <table className="tb c">
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            {table.getHeaderGroups()[0]?.headers.map((header, i) => {
              const sorted = header.column.getIsSorted();
              return (
                <th key={header.id} scope="col" className={numeric(i)} aria-sort={sorted === false ? "none" : sorted === "asc" ? "ascending" : "descending"}>
                  <button type="button" onClick={() => header.column.toggleSorting()}>
                    {data.columns[i]}
                    {sorted === "asc" ? <IconArrowUp size={12} /> : sorted === "desc" ? <IconArrowDown size={12} /> : null}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id}>
              {data.columns.map((name, i) => <td key={name} className={numeric(i)}>{show(row.original[i])}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
