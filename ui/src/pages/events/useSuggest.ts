import { useCallback } from "react";
import { search, type JsonObject, type Terms } from "../../api/es";
import { useTime } from "../../components/TimeContext";
import { rankNames, spotAt } from "../../lib/complete";
import { exactField } from "../../lib/fields";
import { escapeField, escapeRegex, quoteValue } from "../../lib/lucene";
import { buildQuery } from "../../lib/query";
import type { Suggestion, Suggestions } from "./editor";
import type { EventsState } from "./useEventsState";
import type { Fields } from "./useFields";

interface Values {
  values: Terms;
}

const most = 12;

/** What could follow at the cursor: names of fields, then values with their counts in the time and filters chosen. */
export function useSuggest(state: EventsState, fields: Fields): (text: string, at: number, signal: AbortSignal) => Promise<Suggestions | undefined> {
  const { span } = useTime();
  const { pattern, filters } = state;
  return useCallback(
    async (text, at, signal) => {
      const spot = spotAt(text, at);
      if (spot.kind === "none") return undefined;
      if (spot.kind === "field") {
        const names = rankNames(fields.list.map((f) => f.name), spot.prefix, most);
        const list = names.map((name): Suggestion => ({ label: name, insert: `${escapeField(name)}:`, note: fields.byName.get(name)?.kind ?? "" }));
        return spot.prefix === "" && text !== "" ? undefined : { from: spot.from, title: "Fields", list };
      }
      const field = exactField(fields.byName, spot.field);
      const kind = fields.byName.get(spot.field)?.kind;
      if (field === undefined || kind === "date") return undefined;
      // A pattern works on text only; numbers and addresses are listed whole and sifted here.
      const include: JsonObject = kind === "keyword" || kind === "text" ? { include: `${escapeRegex(spot.prefix)}.*` } : {};
      const query = buildQuery({ text: "", language: "lucene", filters, timeField: fields.timeField, span });
      try {
        const answer = await search<Values>(pattern, { size: 0, track_total_hits: false, query, aggs: { values: { terms: { field, size: 50, ...include } } } }, signal);
        const buckets = answer.aggregations?.values.buckets ?? [];
        const list = buckets
          .map((b): Suggestion => ({ label: b.key_as_string ?? String(b.key), count: b.doc_count }))
          .filter((s) => s.label.startsWith(spot.prefix))
          .slice(0, most)
          .map((s) => ({ ...s, insert: quoteValue(s.label) }));
        if (spot.prefix !== "" && /^[\w.-]+$/.test(spot.prefix) && list.length > 1) {
          list.push({ label: `${spot.prefix}*`, insert: `${spot.prefix}*`, note: `starts with “${spot.prefix}”` });
        }
        return { from: spot.from, title: `Values of ${spot.field}, events in this time`, list };
      } catch {
        // A completion that fails is no completion; the search itself will say what is wrong.
        return undefined;
      }
    },
    [fields, pattern, filters, span],
  );
}
