/** «Проверка»: every missing answer by its name, what differs from the version before, and the text exactly as it will be signed. */
import { UnstyledButton } from "@mantine/core";
import { host, type DraftForm, type DraftView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Loading, Strip } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { ReadableView } from "../document/ReadableView";
import drafts from "../drafts/Drafts.module.css";
import { labelOf } from "../drafts/names";
import { useProblemText, type Editing } from "../drafts/useEditing";
import styles from "./PoaForm.module.css";
import { rowNames } from "./rows";
import { STEPS, stepOf } from "./steps";

type Props = { form: DraftForm; draft: DraftView; editing: Editing; onJump: (field: string) => void };

export function CheckStep({ form, draft, editing, onJump }: Props) {
  const { t } = useTexts();
  const problemText = useProblemText();
  const wrong = [...editing.problems].sort(([one], [other]) => STEPS.indexOf(stepOf(one)) - STEPS.indexOf(stepOf(other)));
  const name = (field: string) => labelOf(form, field, rowNames(editing.fields, field.split("/")[0] ?? ""), (heading, row, label) => t("ui.drafts.rowOf", { heading, row }) + `: ${label}`);
  return (
    <>
      {wrong.length > 0 && (
        <section className={drafts.section} aria-label={t("ui.poaForm.check.missing")}>
          <h2>{t("ui.poaForm.check.missing")}</h2>
          <ul className={styles.missing}>
            {wrong.map(([field, problem]) => (
              <li key={field}>
                <UnstyledButton className={styles.jump} onClick={() => onJump(field)} data-testid={`poa-missing-${field}`}>
                  <Icon name="next" size={16} />
                  <span>
                    <span className={styles.powerName}>{name(field)}</span>
                    <span className="small muted">{problemText(problem)}</span>
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Differences draft={draft} />
      <section className={drafts.section} aria-label={t("ui.poaForm.check.text")}>
        <h2>{t("ui.poaForm.check.text")}</h2>
        <AsSigned draft={draft} />
      </section>
    </>
  );
}

function Differences({ draft }: { draft: DraftView }) {
  const { t, coded } = useTexts();
  const changes = useHostQuery(`poa-changes-${draft.id}-${draft.revision}`, () => host.poaDraftChanges(draft.id));
  if (changes.error) return <ErrorNotice error={changes.error} onRetry={() => void changes.reload()} />;
  if (!changes.data?.previous) return null;
  const { isKnown, items } = changes.data;
  return (
    <section className={drafts.section} aria-label={t("ui.poaForm.changes.title")} data-testid="poa-changes">
      <h2>{t("ui.poaForm.changes.title")}</h2>
      {!isKnown && <p className="muted">{t("ui.poaForm.changes.unknown")}</p>}
      {isKnown && items.length === 0 && <Strip tone="warn"><p>{t("ui.poaForm.changes.none")}</p></Strip>}
      <ul className={styles.changes}>
        {items.map(({ what, params }, index) => <li key={index} data-what={what}>{coded("changes.poa", { code: what, params })}</li>)}
      </ul>
    </section>
  );
}

function AsSigned({ draft }: { draft: DraftView }) {
  const { t } = useTexts();
  const preview = useHostQuery(`preview-${draft.id}-${draft.revision}`, () => host.previewDraft(draft.id));
  if (preview.error) return <ErrorNotice error={preview.error} onRetry={() => void preview.reload()} />;
  if (!preview.data) return <Loading rows={6} />;
  if (!preview.data.readable) return <Empty icon="documents" title={t("ui.poaForm.check.none")}>{t("ui.poaForm.check.noneWhy")}</Empty>;
  return <ReadableView readable={preview.data.readable} />;
}
