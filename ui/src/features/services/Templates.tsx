/** Templates of applications: what is begun of them, their names, their removal (SVC-13). */
import { ActionIcon, Button, Menu, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type DraftRow } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Card } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { PermittedButton } from "../cabinet/Permitted";
import styles from "./Services.module.css";

/** At the card of a service: its own. */
export function ServiceTemplates({ service }: { service: string }) {
  const { t } = useTexts();
  const list = useHostQuery(`templates-${service}`, () => host.templates(service), ["drafts-changed"]);
  if (list.error) return <ErrorNotice error={list.error} onRetry={() => void list.reload()} />;
  if (!list.data) return null;
  return (
    <Card testId="service-templates">
      <h2>{t("ui.services.templates.title")}</h2>
      {list.data.length === 0 ? <p className="muted small">{t("ui.services.templates.none")}</p> : <TemplateList rows={list.data} />}
    </Card>
  );
}

/** Beside the catalogue: all of them. */
export function AllTemplates() {
  const { t } = useTexts();
  const list = useHostQuery("templates-all", () => host.templates(null), ["drafts-changed"]);
  if (!list.data || list.data.length === 0) return null;
  return (
    <section data-testid="all-templates">
      <h2>{t("ui.services.templates.title")}</h2>
      <TemplateList rows={list.data} narrow />
    </section>
  );
}

function TemplateList({ rows, narrow = false }: { rows: readonly DraftRow[]; narrow?: boolean }) {
  const { t } = useTexts();
  const [naming, setNaming] = useState<DraftRow | null>(null);
  const [removed, setRemoved] = useState<string | null>(null);
  const act = useAction(async (work: () => Promise<unknown>) => void (await work()));
  return (
    <>
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} compact />}
      {removed !== null && <p role="status" className="small">{t("ui.services.templates.removed", { title: removed })}</p>}
      <ul className={styles.templates}>
        {rows.map((row) => <Row key={row.id} row={row} narrow={narrow} busy={act.busy} act={(work) => void act.run(work)} onName={() => setNaming(row)} onRemoved={() => setRemoved(row.title)} />)}
      </ul>
      <Rename row={naming} onClose={() => setNaming(null)} />
    </>
  );
}

type RowProps = { row: DraftRow; narrow: boolean; busy: boolean; act: (work: () => Promise<unknown>) => void; onName: () => void; onRemoved: () => void };

function Row({ row, narrow, busy, act, onName, onRemoved }: RowProps) {
  const { t, when } = useTexts();
  const use = () => act(async () => go(paths.draft((await host.copyDraft(row.id, null)).id)));
  return (
    <li className={styles.template} data-testid={`template-${row.id}`}>
      <span className={styles.templateName}>
        <a href={`#${paths.draft(row.id)}`}>{row.title}</a>
        <span className="muted small">{narrow ? row.formName : when(row.updated)}</span>
      </span>
      {!narrow && <PermittedButton permission="applications.fill" size="compact-md" variant="light" loading={busy} onClick={use} data-testid="use">{t("ui.services.templates.use")}</PermittedButton>}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("ui.services.templates.more", { title: row.title })} data-testid="more"><Icon name="more" /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {narrow && <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={use} data-testid="use">{t("ui.services.templates.use")}</Menu.Item>}
          <Menu.Item leftSection={<Icon name="edit" size={16} />} onClick={onName} data-testid="rename">{t("ui.services.templates.rename")}</Menu.Item>
          <Menu.Item leftSection={<Icon name="close" size={16} />} onClick={() => act(async () => { await host.removeDraft(row.id); onRemoved(); })} data-testid="remove">{t("ui.services.templates.remove")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function Rename({ row, onClose }: { row: DraftRow | null; onClose: () => void }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState<string | null>(null);
  const close = () => { setTyped(null); save.clear(); onClose(); };
  const save = useAction(async (id: string, name: string) => { await host.renameTemplate(id, name); setTyped(null); onClose(); });
  const value = typed ?? row?.title ?? "";
  return (
    <Modal opened={row !== null} onClose={close} title={t("ui.services.templates.rename")} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <form className={styles.stack} onSubmit={(event) => { event.preventDefault(); if (row) void save.run(row.id, value); }}>
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        <TextInput label={t("ui.drafts.template.name")} value={value} onChange={(event) => setTyped(event.currentTarget.value)} maxLength={120} data-autofocus data-testid="template-new-name" />
        <div className={styles.foot}>
          <Button variant="default" onClick={close}>{t("ui.cancel")}</Button>
          <Button type="submit" loading={save.busy} data-testid="template-rename">{t("ui.services.save")}</Button>
        </div>
      </form>
    </Modal>
  );
}
