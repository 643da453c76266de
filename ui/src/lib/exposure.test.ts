import { describe, expect, it } from "vitest";
import { exposure } from "./exposure";

describe("exposure", () => {
  it.each(["http://127.0.0.1:5601", "http://localhost:5601", "https://soc.example.com"])("warns of authentication that is off at %s", (url) => {
    expect(exposure("off", new URL(url))?.way).toBe("Anybody who reaches this address can read and delete everything: start with --auth on.");
  });

  it.each(["http://soc.example.com", "http://10.0.0.5:5601", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://[2001:db8::1]:5601"])("warns of plain HTTP at %s", (url) => {
    expect(exposure("on", new URL(url))?.says).toBe("This page came unencrypted.");
  });

  it.each(["https://soc.example.com", "http://127.0.0.1:5601", "http://127.8.8.8", "http://localhost:5601", "http://vedette.localhost", "http://[::1]:5601"])("has nothing to say at %s", (url) => {
    expect(exposure("on", new URL(url))).toBeUndefined();
  });
});
