import type { ComponentProps, ReactElement } from "react";

interface Look {
  /** p: primary, g: quiet. */
  look?: "p" | "g";
  small?: boolean;
}

export function Btn({ look, small, className, ...rest }: ComponentProps<"button"> & Look): ReactElement {
  const names = ["btn", look, small === true ? "s" : undefined, className];
  return <button type="button" {...rest} className={names.filter(Boolean).join(" ")} />;
}

/** A button that shows an icon only; `label` is its name and its tooltip. */
export function IconBtn({ label, keys, className, ...rest }: ComponentProps<"button"> & Look & { label: string; keys?: string }): ReactElement {
  const title = keys === undefined ? label : `${label}  ${keys}`;
  return <Btn {...rest} aria-label={label} title={title} className={["ic", className].filter(Boolean).join(" ")} />;
}
