import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { parseEventsSearch, parseRootSearch } from "../lib/search";
import { PageFailed, PageMissing } from "./PageFailed";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, validateSearch: parseRootSearch, notFoundComponent: PageMissing });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/overview/OverviewPage"), "OverviewPage"),
});

const events = createRoute({
  getParentRoute: () => root,
  path: "/events",
  validateSearch: parseEventsSearch,
  component: lazyRouteComponent(() => import("../pages/events/EventsPage"), "EventsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, events]),
  defaultErrorComponent: PageFailed,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
