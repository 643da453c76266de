import { defaultParseSearch } from "@tanstack/react-router";

/** What the link carried when the page was opened: the router replaces it by what it could read. */
export const openedWith: Readonly<Record<string, unknown>> = defaultParseSearch(window.location.search);
