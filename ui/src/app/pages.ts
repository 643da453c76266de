import { IconLayoutDashboard, IconListSearch } from "../components/icons";

/** The pages there are: the rail, the shortcuts and the titles read this list. A part that is not built is not in it. */
export const pages = [
  { path: "/", label: "Overview", key: "o", icon: IconLayoutDashboard },
  { path: "/events", label: "Events", key: "e", icon: IconListSearch },
] as const;
