/** Files of colleagues that wait at the portal: taken in one by one; what could not be taken in goes on waiting there. */
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type Colleague, type IncomingFile } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useImports } from "../documents/Imports";
import styles from "./HandOver.module.css";

/** Where there is no such thing, and without a connection, nothing waits that one could take. */
const silent = ["cabinet.absent", "cabinet.refused.not-found", "portal.unreachable", "app.not-signed-in"];

/** In one line, beside something else: that there are some, and where. */
export function IncomingNote() {
  const { t } = useTexts();
  const { state } = useAppState();
  const { data } = useHostQuery(`incoming-note ${state.session?.certificateId ?? ""} ${state.lastSync ?? ""}`, async () => (state.session ? host.incoming() : []));
  if (!data || data.length === 0) return null;
  return (
    <div className={styles.noteLine}>
      <Strip tone="info" icon="mail" testId="incoming-note">
        <p>
          {t("ui.incoming.title", { count: data.length })}{" "}
          <Button component="a" href={`#${paths.toSign}`} variant="default" size="compact-sm" data-testid="incoming-show">{t("ui.incoming.show")}</Button>
        </p>
      </Strip>
    </div>
  );
}

export function IncomingFiles({ onTaken }: { onTaken?: () => void }) {
  const { state } = useAppState();
  if (!state.session) return null;
  return <Waiting key={state.session.certificateId} lastSync={state.lastSync} {...(onTaken ? { onTaken } : {})} />;
}

function Waiting({ lastSync, onTaken }: { lastSync: string | null; onTaken?: () => void }) {
  const { t } = useTexts();
  const imports = useImports();
  const { data, error, reload } = useHostQuery("incoming", host.incoming);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [kept, setKept] = useState<Colleague | null>(null);
  useEffect(() => {
    if (lastSync) void reload();
  }, [lastSync, reload]);
  const take = useAction(async (id: string) => {
    const { outcomes, address, taken } = await host.takeIncoming(id);
    setLeft((old) => (taken ? old.filter((one) => one !== id) : [...old, id]));
    setKept(address);
    if (outcomes.length > 0) imports.show(outcomes);
    onTaken?.();
  });
  const drop = useAction((id: string) => host.dropIncoming(id));
  const act = async (work: () => Promise<unknown>) => {
    await work();
    void reload();
  };
  const files = data ?? [];
  return (
    <>
      {error && !silent.includes(error.code) && <ErrorNotice error={error} onRetry={() => void reload()} quiet />}
      {[take, drop].map((action, index) => action.error && <ErrorNotice key={index} error={action.error} onClose={action.clear} />)}
      {kept && (
        <Strip tone="ok" testId="address-kept">
          <p role="status">{t("ui.incoming.addressKept", { name: kept.name })}</p>
          <code className={styles.address}>{kept.address}</code>
        </Strip>
      )}
      {files.length > 0 && (
        <Strip tone="info" icon="mail" testId="incoming">
          <p><b>{t("ui.incoming.title", { count: files.length })}</b></p>
          <ul className={styles.incoming}>
            {files.map((file) => (
              <Waiter
                key={file.id} file={file} busy={take.busy || drop.busy} stays={left.includes(file.id)}
                onTake={() => void act(() => take.run(file.id))} onDrop={() => void act(() => drop.run(file.id))}
              />
            ))}
          </ul>
        </Strip>
      )}
    </>
  );
}

type FileProps = { file: IncomingFile; busy: boolean; stays: boolean; onTake: () => void; onDrop: () => void };

function Waiter({ file, busy, stays, onTake, onDrop }: FileProps) {
  const { t, dateTime, size } = useTexts();
  const [sure, setSure] = useState(false);
  const { kind, count, from, sent } = file;
  const what = kind === "documents" ? (count > 0 ? t("ui.incoming.kinds.documents", { count }) : t("ui.incoming.kinds.documentsSome")) : t(`ui.incoming.kinds.${kind}`);
  const who = from || t("ui.incoming.nobody");
  return (
    <li className={styles.incomingFile} data-testid="incoming-file" data-id={file.id}>
      <div>
        <p>{what}{file.size !== null && <span className="muted small"> {size(file.size)}</span>}</p>
        <p className="muted small">{sent ? t("ui.incoming.from", { who, when: dateTime(sent) }) : who}</p>
        {stays && <p data-testid="incoming-stays">{t("ui.incoming.stays")}</p>}
      </div>
      {sure ? (
        <div className={styles.choices}>
          <span>{t("ui.incoming.dropSure")}</span>
          <Button size="xs" color="red" loading={busy} onClick={onDrop} data-testid="incoming-drop-yes">{t("ui.incoming.dropYes")}</Button>
          <Button size="xs" variant="default" onClick={() => setSure(false)} data-autofocus>{t("ui.incoming.dropNo")}</Button>
        </div>
      ) : (
        <div className={styles.choices}>
          <Button size="xs" leftSection={<Icon name={kind === "address" ? "check" : "save"} size={16} />} loading={busy} onClick={onTake} data-testid="incoming-take">{t(kind === "address" ? "ui.incoming.takeAddress" : "ui.incoming.take")}</Button>
          <Button size="xs" variant="default" disabled={busy} onClick={() => setSure(true)} data-testid="incoming-drop">{t("ui.incoming.drop")}</Button>
        </div>
      )}
    </li>
  );
}
