import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "../api/errors";
import "../components/fonts.css";
import "../components/tokens.css";
import "../components/base.css";
import "../components/parts.css";
import "./mantine.css";
import { Gate } from "./Gate";
import { router } from "./router";
import { colorSchemes, cssVariables, theme } from "./theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it refuses again; only a lost connection is worth a second try.
      retry: (count, error) => error instanceof ApiError && error.kind === "network" && count < 2,
      refetchOnWindowFocus: false,
      staleTime: Infinity,
      gcTime: 60_000,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("BUG: the page has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} colorSchemeManager={colorSchemes} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queries}>
        <Gate><RouterProvider router={router} /></Gate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
