/** What is going to be signed, and which of it nobody has opened: that takes one agreement that names how many. */
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { DocumentRow, DocumentToSign } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Signing.module.css";

const SHOWN = 5;

type Props = {
  rows: DocumentRow[];
  /** The same documents once the host has looked at them. */
  documents: DocumentToSign[] | null;
  agreed: boolean;
  onAgree: (agreed: boolean) => void;
  disabled: boolean;
};

export function WhatToSign({ rows, documents, agreed, onAgree, disabled }: Props) {
  const { t } = useTexts();
  const [all, setAll] = useState(false);
  const unopened = new Set(documents?.filter((document) => document.opened === null).map((document) => document.row.id));
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <section className={styles.section} aria-labelledby="sign-what">
      <h2 id="sign-what">{t("ui.signing.what")}: {t("ui.signing.count", { count: rows.length })}</h2>
      <ol className={styles.documents}>
        {shown.map((row) => (
          <li key={row.id} data-testid={`what-${row.id}`}>
            {row.title}
            {unopened.has(row.id) && <span className={styles.unopened}><Label tone="warn">{t("ui.signing.notOpened")}</Label></span>}
          </li>
        ))}
      </ol>
      {shown.length < rows.length && (
        <div><Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>{t("ui.signing.more", { count: rows.length - shown.length })}</Button></div>
      )}
      {unopened.size > 0 && (
        <Checkbox
          checked={agreed} onChange={(event) => onAgree(event.currentTarget.checked)} disabled={disabled} data-testid="agree-unopened"
          label={t("ui.signing.agreeUnopened", { count: unopened.size })} description={t("ui.signing.agreeUnopenedWhy")}
        />
      )}
    </section>
  );
}
