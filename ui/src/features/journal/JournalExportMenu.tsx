/** Writes the journal out: what is shown, or all of it. As JSON always all, since nobody could verify a part. */
import { Button, Menu } from "@mantine/core";
import { host, type JournalExport, type JournalForm } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import type { Action } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Journal.module.css";
import { everything, isEverything, type Selection } from "./place";

export type Exported = JournalExport & { form: JournalForm };
type Save = Action<[Selection, JournalForm], Exported | null>;

/** Null when the dialog was cancelled. */
export async function exportJournal(selection: Selection, form: JournalForm): Promise<Exported | null> {
  const done = await host.exportJournal({ ...selection, offset: 0, limit: 0 }, form);
  return done && { ...done, form };
}

export function JournalExportMenu({ selection, save }: { selection: Selection; save: Save }) {
  const { t } = useTexts();
  const item = (of: Selection, part: "shown" | "all", form: JournalForm) => (
    <Menu.Item key={part + form} onClick={() => void save.run(of, form)} data-testid={`journal-export-${part}-${form}`}>{t(`ui.journal.export.${form}`)}</Menu.Item>
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={save.busy} leftSection={<Icon name="save" />} data-testid="journal-export">{t("ui.journal.export.button")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {!isEverything(selection) && (
          <>
            <Menu.Label>{t("ui.journal.export.shown")}</Menu.Label>
            {(["pdf", "csv"] as const).map((form) => item(selection, "shown", form))}
          </>
        )}
        <Menu.Label>{t("ui.journal.export.all")}</Menu.Label>
        {(["pdf", "csv", "json"] as const).map((form) => item(everything, "all", form))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ExportResult({ exported }: { exported: Exported }) {
  const { t, number } = useTexts();
  return (
    <Strip tone="ok" testId="journal-exported">
      <p role="status">{t("ui.journal.export.done", { count: exported.entries, formatted: number(exported.entries) })}</p>
      {exported.form === "json" && (
        <>
          <p>{t("ui.journal.export.key")}</p>
          <code className={styles.key}>{exported.publicKey}</code>
        </>
      )}
    </Strip>
  );
}
