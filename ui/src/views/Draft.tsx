/** One draft: a form that is saved while it is typed in, and becomes a document when it is whole. */
import { ActionIcon, Button, Menu, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { DraftForm } from "../features/drafts/DraftForm";
import styles from "../features/drafts/Drafts.module.css";
import { History } from "../features/drafts/History";
import { Preview } from "../features/drafts/Preview";
import { SavedNote } from "../features/drafts/SavedNote";
import { Unplaced } from "../features/drafts/Unplaced";
import { useDraft } from "../features/drafts/useDraft";
import type { Found } from "../features/drafts/useEditing";
import { HandOverDialog } from "../features/handOver/HandOverDialog";
import { PoaEditor } from "../features/poaForm/PoaEditor";
import { isPoaForm } from "../features/poaForm/steps";
import { host, type DraftProblem, type UiError } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Label, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

const nothing: Found = { problems: [], fields: {} };

export function Draft({ id }: { id: string }) {
  const { t } = useTexts();
  const state = useDraft(id);
  const forms = useHostQuery(`form-${state.draft?.form ?? ""}`, () => (state.draft ? host.draftForm(state.draft.form) : Promise.resolve(null)));
  const [strict, setStrict] = useState(false);
  const [found, setFound] = useState<Found>(nothing);
  const [history, setHistory] = useState(false);
  const [preview, setPreview] = useState(false);
  const [naming, setNaming] = useState(false);
  const [handing, setHanding] = useState(false);
  const [failed, setFailed] = useState<UiError | null>(null);
  const { draft, flush } = state;
  const form = forms.data;

  const make = useAction(async () => {
    if (!(await flush())) return;
    const filed = await host.fileDraft(id);
    if (filed.documentId) return go(paths.document(filed.documentId));
    setStrict(true);
    setFound({ problems: filed.problems, fields: state.fields });
  });
  /** Whatever is done with a draft is done with what is on the screen. */
  const change = useAction(async (work: () => Promise<unknown>) => {
    if (await flush()) await work();
  });
  const copy = (template: string | null) => change.run(async () => go(paths.draft((await host.copyDraft(id, template)).id)));

  if (!draft || !form) {
    const error = state.error ?? forms.error;
    return (
      <Page title={t("ui.drafts.one")} above={<Back to={paths.drafts()} testId="back-to-drafts">{t("ui.drafts.title")}</Back>}>
        {error ? <ErrorNotice error={error} onRetry={() => void Promise.all([state.reload(), forms.reload()])} /> : <Loading rows={6} height={56} />}
      </Page>
    );
  }
  const left = draft.problems.length;
  const Editor = isPoaForm(form.code) ? PoaEditor : DraftForm;
  return (
    <Page
      key={id} title={draft.title} above={<Back to={paths.drafts()} testId="back-to-drafts">{t("ui.drafts.title")}</Back>} lead={<SavedNote state={state} name={form.name} />}
      actions={
        <>
          {!draft.isTemplate && <Button variant="default" leftSection={<Icon name="documents" />} onClick={() => void flush().then((saved) => setPreview(saved))} data-testid="open-preview">{t("ui.drafts.preview.button")}</Button>}
          <Button variant="default" leftSection={<Icon name="clock" />} onClick={() => void flush().then(() => setHistory(true))} data-testid="open-history">{t("ui.drafts.history.button")}</Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t("ui.drafts.more")} title={t("ui.drafts.more")} data-testid="draft-more"><Icon name="more" /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<Icon name="copy" size={16} />} onClick={() => void copy(null)} data-testid="copy-draft">{t(draft.isTemplate ? "ui.drafts.useTemplate" : "ui.drafts.copy")}</Menu.Item>
              {!draft.isTemplate && <Menu.Item leftSection={<Icon name="save" size={16} />} onClick={() => void flush().then(() => setNaming(true))} data-testid="make-template">{t("ui.drafts.template.make")}</Menu.Item>}
              {!draft.isTemplate && <Menu.Item leftSection={<Icon name="outbox" size={16} />} onClick={() => void flush().then((saved) => setHanding(saved))} data-testid="hand-over-draft">{t("ui.handOver.menu")}</Menu.Item>}
              {draft.isTemplate && <Menu.Item leftSection={<Icon name="edit" size={16} />} onClick={() => void flush().then(() => setNaming(true))} data-testid="rename-template">{t("ui.services.templates.rename")}</Menu.Item>}
              <Menu.Divider />
              <Menu.Item leftSection={<Icon name="close" size={16} />} onClick={() => void change.run(async () => { await host.removeDraft(id); go(paths.drafts()); })} data-testid="remove-draft">{t("ui.drafts.remove")}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      bar={
        !draft.isRemoved && (
          <ActionBar lead={<Remaining left={left} conflicts={draft.conflicts.length} />}>
            {draft.documentId && <Button variant="default" onClick={() => draft.documentId && go(paths.document(draft.documentId))} data-testid="open-made">{t("ui.drafts.openDocument")}</Button>}
            {draft.isTemplate ? (
              <Button leftSection={<Icon name="plus" />} loading={change.busy} onClick={() => void copy(null)} data-testid="use-template">{t("ui.drafts.useTemplate")}</Button>
            ) : (
              !draft.documentId && <Button leftSection={<Icon name="documents" />} loading={make.busy} disabled={draft.conflicts.length > 0} onClick={() => void make.run()} data-testid="make-document">{t("ui.drafts.make")}</Button>
            )}
          </ActionBar>
        )
      }
    >
      <div className={styles.notices}>
        {state.error && <ErrorNotice error={state.error} onRetry={() => void flush()} />}
        {[make, change].map((action, index) => action.error && <ErrorNotice key={index} error={action.error} onClose={action.clear} />)}
        {failed && <ErrorNotice error={failed} onClose={() => setFailed(null)} />}
        {draft.isRemoved && (
          <Strip tone="warn" testId="draft-removed">
            <p>{t("ui.drafts.inBin")}</p>
            <Button size="compact-sm" variant="default" onClick={() => void change.run(async () => { await host.takeDraftBack(id); await state.reload(); })} data-testid="take-back">{t("ui.drafts.takeBack")}</Button>
          </Strip>
        )}
        {draft.formChanged && <Strip tone="info" testId="form-changed"><p>{t("ui.services.formChanged")}</p></Strip>}
        <Unplaced state={state} />
        {draft.conflicts.length > 0 && <Strip tone="warn" testId="draft-conflicts"><p>{t("ui.drafts.conflict.strip", { count: draft.conflicts.length })}</p></Strip>}
        {found.problems.filter((problem) => problem.field === null).map((problem, index) => <Whole key={index} problem={problem} />)}
      </div>
      <Editor form={form} state={state} strict={strict} found={found} disabled={draft.isRemoved} onError={setFailed} />
      <History opened={history} form={form} draft={draft} onClose={() => setHistory(false)} onRestored={(next) => { state.take(next); setHistory(false); }} />
      <Preview opened={preview} draft={draft} onClose={() => setPreview(false)} />
      <HandOverDialog what={handing ? { draft: id } : null} onClose={() => setHanding(false)} />
      <NameTemplate opened={naming} initial={draft.title} onClose={() => setNaming(false)} isMade={draft.isTemplate} onNamed={(name) => { setNaming(false); void (draft.isTemplate ? change.run(async () => { await host.renameTemplate(id, name); await state.reload(); }) : copy(name)); }} />
    </Page>
  );
}

function Whole({ problem }: { problem: DraftProblem }) {
  const { coded } = useTexts();
  return <Strip tone="bad"><p role="alert">{coded("findings", problem)}</p></Strip>;
}

function Remaining({ left, conflicts }: { left: number; conflicts: number }) {
  const { t } = useTexts();
  if (conflicts > 0) return <Label tone="warn">{t("ui.drafts.conflict.left", { count: conflicts })}</Label>;
  return <span data-testid="draft-left">{left > 0 ? <Label tone="quiet">{t("ui.drafts.left", { count: left })}</Label> : <Label tone="ok">{t("ui.drafts.whole")}</Label>}</span>;
}

function NameTemplate({ opened, initial, isMade, onClose, onNamed }: { opened: boolean; initial: string; isMade: boolean; onClose: () => void; onNamed: (name: string) => void }) {
  const { t } = useTexts();
  const [name, setName] = useState<string | null>(null);
  const value = name ?? initial;
  return (
    <Modal opened={opened} onClose={onClose} title={t(isMade ? "ui.services.templates.rename" : "ui.drafts.template.make")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="name-template">
      <form className={styles.dialog} onSubmit={(event) => { event.preventDefault(); if (value.trim()) onNamed(value.trim()); }}>
        <TextInput label={t("ui.drafts.template.name")} description={isMade ? undefined : t("ui.drafts.template.hint")} value={value} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} data-autofocus data-testid="template-name" />
        <div className={styles.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button type="submit" disabled={!value.trim()} data-testid="template-save">{t("ui.drafts.template.save")}</Button>
        </div>
      </form>
    </Modal>
  );
}
