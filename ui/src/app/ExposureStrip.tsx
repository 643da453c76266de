import { useState, type ReactElement } from "react";
import { IconBtn } from "../components/Btn";
import { IconAlertTriangle, IconX } from "../components/icons";
import { exposure } from "../lib/exposure";

const readme = "https://github.com/vedette-siem/vedette#security";

/** Warns of a server that is open to more people than it should be. It can be put away until the page is loaded again, and no longer. */
export function ExposureStrip({ auth }: { auth: "off" | "on" }): ReactElement | null {
  const [away, setAway] = useState(false);
  const found = exposure(auth, window.location);
  if (found === undefined || away) return null;
  return (
    <div className="strip warn exposed" role="note" aria-label="Warning">
      <IconAlertTriangle size={16} />
      <span><b className="b6">{found.says}</b> {found.way} <a href={readme} target="_blank" rel="noopener noreferrer">Security, in the README</a></span>
      <IconBtn look="g" small label="Put this warning away for now" onClick={() => setAway(true)}><IconX size={14} /></IconBtn>
    </div>
  );
}
