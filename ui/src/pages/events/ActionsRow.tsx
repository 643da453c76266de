import { Menu } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Btn, IconBtn } from "../../components/Btn";
import { copyText } from "../../components/CopyButton";
import { useAnnounce } from "../../components/Announcer";
import { FilterPills } from "../../components/FilterPills";
import { IconColumns3, IconCopy, IconDots, IconDownload, IconLink } from "../../components/icons";
import { useApi } from "../../components/useApi";
import { toCurl } from "../../lib/curl";
import { formatCount } from "../../lib/format";
import { ExportDialog } from "./ExportDialog";
import type { Events } from "./useEvents";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

interface Props {
  state: EventsState;
  update: Update;
  events: Events;
  fields: Fields;
  /** Opens the list of fields where there is no room for it beside the table. */
  onFields: (() => void) | undefined;
}

/** Second row: the filters, then what can be done with the result. */
export function ActionsRow({ state, update, events, fields, onFields }: Props): ReactElement {
  const [exporting, setExporting] = useState(false);
  const announce = useAnnounce();
  const api = useApi();
  const copy = (text: string): void => void copyText(text).then((ok) => announce(ok ? "Copied" : "The browser refused the clipboard"));
  const { query, total } = events;
  const curl = (): string => toCurl(api, state.pattern, { query: query ?? {}, sort: events.sort, size: 100 });
  return (
    <div className="pills">
      <div className="pillset" role="group" aria-label="Filters">
        <FilterPills
          filters={state.filters}
          onChange={(filters) => update({ filters })}
          after={state.filters.length > 1 ? <Btn look="g" small onClick={() => update({ filters: [] })}>Clear</Btn> : null}
        />
      </div>
      <span className="sp row acts">
        {onFields === undefined ? null : <Btn look="g" small onClick={onFields}><IconColumns3 size={14} />Fields</Btn>}
        <Btn look="g" small disabled={query === undefined || total === undefined || total === 0} onClick={() => setExporting(true)}>
          <IconDownload size={14} />Export {total === undefined ? "" : formatCount(total)}
        </Btn>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target><IconBtn look="g" small label="More"><IconDots size={14} /></IconBtn></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy size={16} />} disabled={query === undefined} onClick={() => copy(curl())}>Copy as curl</Menu.Item>
            <Menu.Item leftSection={<IconLink size={16} />} onClick={() => copy(window.location.href)}>Copy the link</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      {exporting && query !== undefined ? (
        <ExportDialog pattern={state.pattern} query={query} sort={events.sort} columns={state.columns} timeField={fields.timeField} total={total ?? 0} fields={fields} onClose={() => setExporting(false)} />
      ) : null}
    </div>
  );
}
