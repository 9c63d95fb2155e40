/** The versions of a draft: who changed what and when, and a way back to any of them. */
import { Button, Drawer } from "@mantine/core";
import { useMemo, useState } from "react";
import { host, type DraftForm, type DraftRevision, type DraftView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { Changes, type Change } from "./Changes";
import styles from "./Drafts.module.css";
import { carryOver } from "./useDraft";

/** Changes of one person with less time between them are one sitting. */
const SITTING_MS = 10 * 60_000;
/** Changes that are asked for at a time. */
const PORTION = 500;

type Sitting = { revision: number; before: number; at: string; author: string; changes: Change[] };

/** The changes, newest first, put together by sitting; of a field only where it began and where it came. */
export function sittings(history: readonly DraftRevision[]): Sitting[] {
  const result: Sitting[] = [];
  for (const { revision, at, author, changes } of history) {
    const last = result.at(-1);
    const together = last && last.author === author && Date.parse(last.at) - Date.parse(at) < SITTING_MS;
    if (!together) {
      result.push({ revision, before: revision - 1, at, author, changes: changes.map((change) => ({ ...change })) });
      continue;
    }
    last.before = revision - 1;
    for (const change of changes) {
      const known = last.changes.find((one) => one.field === change.field);
      if (known) known.from = change.from;
      else last.changes.push({ ...change });
    }
  }
  return result.map((sitting) => ({ ...sitting, changes: sitting.changes.filter((change) => change.from !== change.to) }));
}

type Props = { opened: boolean; form: DraftForm; draft: DraftView; onClose: () => void; onRestored: (draft: DraftView) => void };

export function History({ opened, form, draft, onClose, onRestored }: Props) {
  const { t } = useTexts();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="lg" title={t("ui.drafts.history.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="draft-history">
      {opened && <Versions form={form} draft={draft} onRestored={onRestored} />}
    </Drawer>
  );
}

function Versions({ form, draft, onRestored }: Omit<Props, "opened" | "onClose">) {
  const { t, exact } = useTexts();
  const [limit, setLimit] = useState(PORTION);
  const history = useHostQuery(`history-${draft.id}-${draft.revision}-${limit}`, () => host.draftHistory(draft.id, 0, limit));
  const [open, setOpen] = useState<number | null>(null);
  const shown = useMemo(() => sittings(history.data ?? []), [history.data]);
  if (history.error) return <ErrorNotice error={history.error} onRetry={() => void history.reload()} />;
  if (!history.data) return <Loading rows={5} />;
  if (shown.length === 0) return <Empty icon="clock" title={t("ui.drafts.history.empty")} />;
  return (
    <>
      <ol className={styles.versions} data-testid="versions">
        {shown.map((sitting, index) => (
          <li key={sitting.revision} data-testid={`version-${sitting.revision}`}>
            <div className={styles.versionHead}>
              <span>
                <b>{exact(sitting.at)}</b>
                <span className="muted small">{[sitting.author || t("ui.drafts.you"), index === 0 ? t("ui.drafts.history.now") : null].filter(Boolean).join(" · ")}</span>
              </span>
              {index > 0 && (
                <Button size="compact-sm" variant="default" onClick={() => setOpen(open === sitting.revision ? null : sitting.revision)} aria-expanded={open === sitting.revision} data-testid={`compare-${sitting.revision}`}>
                  {t("ui.drafts.history.compare")}
                </Button>
              )}
            </div>
            <Changes form={form} fields={draft.fields} changes={sitting.changes} />
            {open === sitting.revision && <Comparison form={form} draft={draft} revision={sitting.revision} onRestored={onRestored} />}
          </li>
        ))}
      </ol>
      {history.data.length >= limit && (
        <Button variant="default" mt="md" onClick={() => setLimit(limit + PORTION)} data-testid="more-versions">{t("ui.drafts.history.more")}</Button>
      )}
    </>
  );
}

/** What going back to a version would change. */
function Comparison({ form, draft, revision, onRestored }: { form: DraftForm; draft: DraftView; revision: number; onRestored: (draft: DraftView) => void }) {
  const { t } = useTexts();
  const version = useHostQuery(`version-${draft.id}-${revision}`, () => host.draftVersion(draft.id, revision));
  const restore = useAction(async () => {
    if (version.data) onRestored(await host.saveDraft(draft.id, draft.revision, version.data));
  });
  if (version.error) return <ErrorNotice error={version.error} onRetry={() => void version.reload()} />;
  if (!version.data) return <Loading rows={2} />;
  const old = version.data;
  const changes = Object.entries(carryOver({}, draft.fields, old)).map(([field, to]) => ({ field, from: draft.fields[field] ?? null, to: to || null }));
  return (
    <div className={styles.comparison} data-testid="comparison">
      <p><b>{t(changes.length > 0 ? "ui.drafts.history.wouldChange" : "ui.drafts.history.same")}</b></p>
      <Changes form={form} fields={{ ...draft.fields, ...old }} changes={changes} />
      {restore.error && <ErrorNotice error={restore.error} onClose={restore.clear} />}
      {changes.length > 0 && !draft.isRemoved && (
        <Button size="sm" leftSection={<Icon name="undo" />} loading={restore.busy} onClick={() => void restore.run()} data-testid="restore-version">{t("ui.drafts.history.restore")}</Button>
      )}
    </div>
  );
}
