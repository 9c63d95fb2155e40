/** A document that waits for a signature: what it is, what follows, whether it was read, and whether the token at hand may sign it. */
import { Button, Checkbox } from "@mantine/core";
import { memo } from "react";
import type { ToSignItem } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { Grants, Revokes } from "./Grants";
import styles from "./ToSign.module.css";

type Props = {
  item: ToSignItem;
  chosen: boolean;
  /** Certificates at hand were asked about: an empty list of signers means that none of them may. */
  asked: boolean;
  onChoose: (item: ToSignItem, chosen: boolean) => void;
  onOpen: (item: ToSignItem) => void;
};

/** Somebody with another token has to sign it. */
export const isOthers = (item: ToSignItem, asked: boolean) => asked && item.signers.length === 0;

export const ToSignCard = memo(function ToSignCard({ item, chosen, asked, onChoose, onOpen }: Props) {
  const { t, dateTime } = useTexts();
  const { row, opened } = item.document;
  const others = isOthers(item, asked);
  const names = item.heads.join(", ");
  return (
    <li className={styles.item} data-testid="to-sign-item" data-document={row.id} data-chosen={chosen} data-opened={opened !== null} data-others={others}>
      <Checkbox
        checked={chosen} disabled={opened === null || others} onChange={(event) => onChoose(item, event.currentTarget.checked)}
        aria-label={t("ui.toSign.choose", { title: row.title })} data-testid={`to-sign-choose-${row.id}`}
      />
      <div className={styles.body}>
        <p className={styles.title}>{row.title}</p>
        <div className={styles.meta}>
          {!row.title.startsWith(item.formatName) && <span className="muted small">{item.formatName}</span>}
          {opened ? <Label tone="ok">{t("ui.toSign.isRead", { when: dateTime(opened) })}</Label> : <Label tone="quiet">{t("ui.toSign.notRead")}</Label>}
          {item.joins && <Label tone="info">{t("ui.toSign.joins")}</Label>}
        </div>
        {item.from && (item.from.who || item.from.colleague) && (
          <p>{t("ui.toSign.from", { who: item.from.colleague ?? item.from.who })}{item.from.note && <span className="muted"> «{item.from.note}»</span>}</p>
        )}
        <Grants grants={item.grants} />
        {item.revokes && <Revokes revokes={item.revokes} />}
        {others && names ? <Label tone="warn">{t("ui.toSign.notYours", { names })}</Label> : item.together && <p className="muted small">{t("ui.toSign.together", { names })}</p>}
      </div>
      <Button className={styles.open ?? ""} size="sm" variant={opened ? "default" : "light"} leftSection={<Icon name="documents" size={16} />} onClick={() => onOpen(item)} data-testid="to-sign-open">
        {t(opened ? "ui.toSign.readAgain" : "ui.toSign.read")}
      </Button>
    </li>
  );
});
