/** Marks a service as a favourite. */
import { ActionIcon } from "@mantine/core";
import { host, toUiError, type ServiceItem, type UiError } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Services.module.css";

export function Star({ item, onMarked, onError }: { item: Pick<ServiceItem, "code" | "title" | "favourite">; onMarked?: (favourite: boolean) => void; onError: (error: UiError) => void }) {
  const { t } = useTexts();
  const label = t(item.favourite ? "ui.services.unmark" : "ui.services.mark", { title: item.title });
  return (
    <ActionIcon
      variant="subtle" aria-pressed={item.favourite} aria-label={label} title={label} className={item.favourite ? styles.marked ?? "" : ""} data-testid={`star-${item.code}`}
      onClick={() => void host.markService(item.code, !item.favourite).then(() => onMarked?.(!item.favourite)).catch((cause: unknown) => onError(toUiError(cause)))}
    >
      <Icon name="star" />
    </ActionIcon>
  );
}
