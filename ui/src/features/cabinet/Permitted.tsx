/** A button the role may not allow: then it cannot be pressed, and says why. */
import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import { usePermission } from "./usePermission";

type Props = ButtonProps & { permission: string; onClick: () => void; children: ReactNode; title?: string; "data-testid"?: string; "data-action"?: string };

export function PermittedButton({ permission, disabled, children, ...rest }: Props) {
  const { reason } = usePermission(permission);
  const button = <Button {...rest} disabled={disabled === true || reason !== null} aria-description={reason ?? undefined}>{children}</Button>;
  if (reason === null) return button;
  return (
    <Tooltip label={reason} multiline w={320} events={{ hover: true, focus: true, touch: true }}>
      <span tabIndex={0} data-testid={`refused-${permission}`}>{button}</span>
    </Tooltip>
  );
}
