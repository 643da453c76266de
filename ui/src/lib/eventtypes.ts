/** The kinds of events by the stored keyword `type`: name, colour, place in a stack. */

export interface EventType {
  key: string;
  label: string;
  /** CSS variable with the colour; a type keeps it on every page. */
  color: string;
}

const other: EventType = { key: "other", label: "Other", color: "--v-t-other" };

/** From the bottom of a stack up: the busiest is the quietest, "other" is last. */
export const eventTypes: readonly EventType[] = [
  { key: "vpcflow", label: "VPC flow", color: "--v-t-vpcflow" },
  { key: "elblogs", label: "Load balancer", color: "--v-t-elb" },
  { key: "cloudtrail", label: "CloudTrail", color: "--v-t-cloudtrail" },
  { key: "s3access", label: "S3 access", color: "--v-t-s3" },
  { key: "waf", label: "WAF", color: "--v-t-waf" },
  { key: "dns", label: "DNS", color: "--v-t-dns" },
  other,
];

/** The type of that key; an unknown one is "Other". */
export function eventType(key: string): EventType {
  return eventTypes.find((t) => t.key === key) ?? other;
}
