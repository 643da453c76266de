import { expect, test } from "vitest";
import { isPrivateAddress } from "./addresses";

test.each([
  ["10.0.0.1", true], ["172.16.0.1", true], ["172.31.255.255", true], ["192.168.1.1", true], ["100.64.0.1", true], ["169.254.169.254", true],
  ["fd00::1", true], ["fe80::1", true],
  ["172.15.0.1", false], ["172.32.0.1", false], ["100.128.0.1", false], ["192.0.2.91", false], ["110.1.1.1", false], ["2001:db8::1", false], ["fec0::1", false],
])("%s is private: %s", (address, want) => {
  expect(isPrivateAddress(address)).toBe(want);
});
