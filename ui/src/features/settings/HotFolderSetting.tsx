/** The folder of the accounting program, and what came from it. */
import { Button } from "@mantine/core";
import { host, type ArrivalRow } from "../../ipc";
import { ErrorNotice, useErrorParts } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Label, Loading, type Tone } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./HotFolder.module.css";

export function HotFolderSetting() {
  const { t } = useTexts();
  const query = useHostQuery("hot-folder", host.hotFolder, ["arrivals-changed", "documents-changed"]);
  const choose = useAction(async () => {
    await host.chooseHotFolder();
    await query.reload();
  });
  const forget = useAction(async () => {
    await host.forgetHotFolder();
    await query.reload();
  });
  const takeBack = useAction(async (id: string) => {
    await host.takeBackArrival(id);
    await query.reload();
  });
  const error = choose.error ?? forget.error ?? takeBack.error;
  const clear = () => [choose, forget, takeBack].forEach((action) => action.clear());
  const { data } = query;
  return (
    <>
      <p className="muted">{t("ui.hotFolder.hint")}</p>
      {query.error && <ErrorNotice error={query.error} onRetry={() => void query.reload()} />}
      {!data && !query.error && <Loading rows={2} />}
      {data && (data.folder ? <Facts rows={[[t("ui.hotFolder.watched"), <span key="folder" className={styles.path} data-testid="hot-folder">{data.folder}</span>]]} /> : <p>{t("ui.hotFolder.none")}</p>)}
      {data?.folder && data.problem && <ErrorNotice error={data.problem} quiet />}
      {error && <ErrorNotice error={error} onClose={clear} />}
      <div className={styles.buttons}>
        <Button variant="default" leftSection={<Icon name="open" size={16} />} loading={choose.busy} onClick={() => void choose.run()} data-testid="choose-hot-folder">
          {t(data?.folder ? "ui.hotFolder.other" : "ui.hotFolder.choose")}
        </Button>
        {data?.folder && (
          <Button variant="default" loading={forget.busy} onClick={() => void forget.run()} data-testid="forget-hot-folder">{t("ui.hotFolder.forget")}</Button>
        )}
      </div>
      {data && (data.folder || data.arrivals.length > 0) && (
        <>
          <h3 id="arrivals">{t("ui.hotFolder.arrivals")}</h3>
          {data.arrivals.length === 0 && <p className="muted">{t("ui.hotFolder.empty")}</p>}
          <ul className={styles.list} aria-labelledby="arrivals" tabIndex={data.arrivals.length > 4 ? 0 : undefined}>
            {data.arrivals.map((row) => <Arrival key={row.id} row={row} busy={takeBack.busy} onTakeBack={() => void takeBack.run(row.id)} />)}
          </ul>
        </>
      )}
    </>
  );
}

const tones: Record<ArrivalRow["outcome"], Tone> = { taken: "ok", known: "quiet", rejected: "warn", "taken-back": "quiet" };

function Arrival({ row, busy, onTakeBack }: { row: ArrivalRow; busy: boolean; onTakeBack: () => void }) {
  const { t, when } = useTexts();
  return (
    <li className={styles.arrival} data-testid="arrival" data-outcome={row.outcome}>
      <span className={styles.what}>
        <span className={styles.path}>{row.name}</span>
        {row.documentId && <a href={`#${paths.document(row.documentId)}`}>{row.title}</a>}
        {row.error && <Reason error={row.error} />}
      </span>
      <span className={styles.state}>
        <Label tone={tones[row.outcome]}>{t(`ui.hotFolder.outcome.${row.outcome}`)}</Label>
        <span className="muted small nowrap">{when(row.at)}</span>
        {row.canTakeBack && (
          <Button
            variant="subtle" size="compact-sm" disabled={busy} onClick={onTakeBack} aria-label={t("ui.hotFolder.takeBackOf", { name: row.name })} data-testid="take-back"
          >
            {t("ui.hotFolder.takeBack")}
          </Button>
        )}
      </span>
    </li>
  );
}

function Reason({ error }: { error: NonNullable<ArrivalRow["error"]> }) {
  const { what, detail, todo } = useErrorParts(error);
  return <span className="muted small">{[what, detail, todo].filter(Boolean).join(" ")}</span>;
}
