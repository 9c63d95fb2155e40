/** Everything that is being prepared: drafts, templates, and what was thrown away. */
import { ActionIcon, Button, Menu, Modal, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { usePermission } from "../features/cabinet/usePermission";
import styles from "../features/drafts/Drafts.module.css";
import { host, type DraftRow, type DraftShelf } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Label, Loading } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

const PAGE = 100;
const shelves: readonly DraftShelf[] = ["open", "templates", "removed"];

export function Drafts({ shelf: named }: { shelf: string }) {
  const { t } = useTexts();
  const shelf = shelves.find((one) => one === named) ?? "open";
  const [limit, setLimit] = useState(PAGE);
  const drafts = useHostQuery(`drafts-${shelf}-${limit}`, () => host.drafts(shelf, 0, limit), ["drafts-changed"]);
  const [erasing, setErasing] = useState<DraftRow | null>(null);
  const change = useAction(async (work: () => Promise<unknown>) => void (await work()));
  const list = drafts.data;
  return (
    <Page title={t("ui.drafts.title")} lead={<p className="muted">{t("ui.drafts.lead")}</p>} actions={<NewDraft />}>
      <div className={styles.tools}>
        <SegmentedControl
          size="sm" value={shelf} onChange={(value) => go(paths.drafts(value))} aria-label={t("ui.drafts.shelf")} data-testid="draft-shelf"
          data={shelves.map((value) => ({ value, label: t(`ui.drafts.shelves.${value}`) }))}
        />
      </div>
      {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
      {drafts.error && <ErrorNotice error={drafts.error} onRetry={() => void drafts.reload()} />}
      {!list && !drafts.error && <Loading rows={5} height={64} />}
      {list?.rows.length === 0 && (
        <Empty icon={shelf === "removed" ? "ok" : "edit"} title={t(`ui.drafts.empty.${shelf}.title`)} action={shelf === "open" ? <NewDraft /> : undefined}>
          {t(`ui.drafts.empty.${shelf}.text`)}
        </Empty>
      )}
      {list && list.rows.length > 0 && (
        <ul className={styles.list} aria-label={t(`ui.drafts.shelves.${shelf}`)} data-testid="drafts">
          {list.rows.map((row) => (
            <Row key={row.id} row={row} shelf={shelf} onErase={() => setErasing(row)} act={(work) => void change.run(work)} />
          ))}
        </ul>
      )}
      {list?.more && <Button variant="default" onClick={() => setLimit(limit + PAGE)} data-testid="more-drafts">{t("ui.drafts.showMore")}</Button>}
      <Modal opened={erasing !== null} onClose={() => setErasing(null)} title={t("ui.drafts.erase.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="erase-draft">
        <div className={styles.dialog}>
          <p>{t("ui.drafts.erase.text", { title: erasing?.title })}</p>
          <div className={styles.foot}>
            <Button variant="default" onClick={() => setErasing(null)} data-autofocus>{t("ui.cancel")}</Button>
            <Button color="red" onClick={() => { const id = erasing?.id; setErasing(null); if (id) void change.run(() => host.eraseDraft(id)); }} data-testid="erase-confirm">{t("ui.drafts.erase.button")}</Button>
          </div>
        </div>
      </Modal>
    </Page>
  );
}

function Row({ row, shelf, onErase, act }: { row: DraftRow; shelf: DraftShelf; onErase: () => void; act: (work: () => Promise<unknown>) => void }) {
  const { t, when } = useTexts();
  const copy = (id: string) => act(async () => go(paths.draft((await host.copyDraft(id, null)).id)));
  return (
    <li className={styles.row} data-testid={`draft-${row.id}`}>
      <a href={`#${paths.draft(row.id)}`} className={styles.rowLink}>
        <span className={styles.rowTitle}>{row.title}</span>
        <span className={styles.rowNotes}>
          <span className="muted small">{row.formName === row.title ? when(row.updated) : `${row.formName} · ${when(row.updated)}`}</span>
          {row.conflicts > 0 && <Label tone="warn">{t("ui.drafts.conflict.left", { count: row.conflicts })}</Label>}
          {shelf === "open" && row.documentId && <Label tone="ok">{t("ui.drafts.made")}</Label>}
          {shelf === "open" && !row.documentId && row.problems === 0 && row.conflicts === 0 && <Label tone="ok">{t("ui.drafts.whole")}</Label>}
          {shelf === "open" && row.problems > 0 && <Label tone="quiet">{t("ui.drafts.left", { count: row.problems })}</Label>}
        </span>
      </a>
      {shelf === "templates" && <Button size="compact-sm" variant="default" onClick={() => copy(row.id)} data-testid={`use-${row.id}`}>{t("ui.drafts.useTemplate")}</Button>}
      {shelf === "removed" && <Button size="compact-sm" variant="default" onClick={() => act(() => host.takeDraftBack(row.id))} data-testid={`take-back-${row.id}`}>{t("ui.drafts.takeBack")}</Button>}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("ui.drafts.moreOf", { title: row.title })} data-testid={`more-${row.id}`}><Icon name="more" /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {shelf !== "removed" && <Menu.Item leftSection={<Icon name="copy" size={16} />} onClick={() => copy(row.id)}>{t(shelf === "templates" ? "ui.drafts.useTemplate" : "ui.drafts.copy")}</Menu.Item>}
          {shelf !== "removed" && <Menu.Item leftSection={<Icon name="close" size={16} />} onClick={() => act(() => host.removeDraft(row.id))} data-testid={`remove-${row.id}`}>{t("ui.drafts.remove")}</Menu.Item>}
          {shelf === "removed" && <Menu.Item leftSection={<Icon name="close" size={16} />} onClick={onErase} data-testid={`erase-${row.id}`}>{t("ui.drafts.erase.button")}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** Begins a draft: of a form, or of a template. */
function NewDraft() {
  const { t } = useTexts();
  const { reason } = usePermission("applications.fill");
  const forms = useHostQuery("forms", host.forms);
  const templates = useHostQuery("templates", () => host.drafts("templates", 0, PAGE), ["drafts-changed"]);
  const begin = useAction(async (work: () => Promise<{ id: string }>) => go(paths.draft((await work()).id)));
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button leftSection={<Icon name="plus" />} loading={begin.busy} disabled={reason !== null} title={reason ?? undefined} data-testid="new-draft">{t("ui.drafts.new")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("ui.drafts.ofForm")}</Menu.Label>
          {forms.data?.map((form) => (
            <Menu.Item key={form.code} onClick={() => void begin.run(() => host.newDraft(form.code))} data-testid={`form-${form.code}`}>{form.name}</Menu.Item>
          ))}
          {templates.data && templates.data.rows.length > 0 && <Menu.Label>{t("ui.drafts.ofTemplate")}</Menu.Label>}
          {templates.data?.rows.map((row) => (
            <Menu.Item key={row.id} onClick={() => void begin.run(() => host.copyDraft(row.id, null))}>{row.title}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {(begin.error ?? forms.error) && <ErrorNotice error={(begin.error ?? forms.error)!} onClose={begin.clear} />}
    </>
  );
}
