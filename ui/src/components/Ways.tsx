import type { ReactElement, ReactNode } from "react";
import { toLoad } from "../lib/curl";
import { CopyButton } from "./CopyButton";
import { IconCheck, IconPlayerPlay, IconSend, IconUpload } from "./icons";
import { useApi } from "./useApi";
import "./ways.css";

/** Nothing is stored at all: the ways to begin. */
export function Ways(): ReactElement {
  const api = useApi();
  return (
    <div className="empty">
      <h2>No events yet</h2>
      <p className="t2">This page fills by itself once the first events are in. Pick one way to begin.</p>
      <div className="ways">
        <Way icon={<IconUpload size={22} stroke={1.5} />} title="Load log files" says="CloudTrail, VPC flow and load balancer logs, as files or folders the way AWS lays them out. The format is recognised." points={["Plain, gzip and zstd", "Loading twice adds nothing"]} command={toLoad(api)} />
        <Way icon={<IconSend size={22} stroke={1.5} />} title="Send events" says="Any Elasticsearch client or shipper works: point it at this address and write to an index." points={["Bulk and single documents", "Searchable within a second"]} command={`POST ${api.url}/logs-aws.cloudtrail-default/_bulk`} />
        <Way icon={<IconPlayerPlay size={22} stroke={1.5} />} title="Look at the demo" says="The last 24 hours of a small company, with seven attacks woven in. It needs no file but the program." points={["Keeps to a data directory of its own", "About 200,000 events"]} command="vedette demo" />
      </div>
    </div>
  );
}

function Way({ icon, title, says, points, command }: { icon: ReactNode; title: string; says: string; points: string[]; command: string }): ReactElement {
  return (
    <section className="pan way">
      {icon}
      <h3>{title}</h3>
      <p className="t2">{says}</p>
      <ul>
        {points.map((point) => <li key={point} className="row f12 t2"><IconCheck size={16} className="ok" />{point}</li>)}
      </ul>
      <div className="cmd"><code className="mono">{command}</code><CopyButton label={`Copy: ${title}`} text={() => command} /></div>
    </section>
  );
}

