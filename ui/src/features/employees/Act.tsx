/** A button of an act the role may not allow: then it cannot be pressed, and says why. */
import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import type { StaffPage, UiError } from "../../ipc";
import { useErrorParts } from "../../shared/ErrorNotice";
import { refusal } from "./words";

type Props = ButtonProps & { page: StaffPage; needs: string[]; onClick: () => void; children: ReactNode; "data-testid"?: string };

export function Act({ page, needs, disabled, children, ...rest }: Props) {
  const refused = needs.map((code) => refusal(page, code)).find((error) => error !== null) ?? null;
  if (refused === null) return <Button {...rest} disabled={disabled === true}>{children}</Button>;
  return <Refused error={refused} testId={`refused-${needs[0] ?? ""}`}><Button {...rest} disabled>{children}</Button></Refused>;
}

function Refused({ error, testId, children }: { error: UiError; testId: string; children: ReactNode }) {
  const { what, why } = useErrorParts(error);
  const reason = [what, why].filter(Boolean).join(" ");
  return (
    <Tooltip label={reason} multiline w={320} events={{ hover: true, focus: true, touch: true }}>
      <span tabIndex={0} aria-label={reason} data-testid={testId}>{children}</span>
    </Tooltip>
  );
}
