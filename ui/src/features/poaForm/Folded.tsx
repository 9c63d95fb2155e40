/** What can wait, under one heading; open by itself when something in it is wrong or looked for. */
import { UnstyledButton } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./PoaForm.module.css";

export function Folded({ needed, testId, title, children }: { needed: boolean; testId: string; title?: string; children: ReactNode }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(needed);
  const [was, setWas] = useState(needed);
  // What was opened stays open when its last mistake is mended: somebody is typing there.
  if (was !== needed) {
    setWas(needed);
    if (needed) setOpen(true);
  }
  return (
    <div className={styles.folded}>
      <UnstyledButton className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)} data-testid={testId}>
        <Icon name={open ? "down" : "next"} size={16} />
        {title ?? t("ui.poaForm.more")}
      </UnstyledButton>
      {open && <div className={styles.foldedBody}>{children}</div>}
    </div>
  );
}
