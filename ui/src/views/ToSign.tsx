/** «На подпись»: everything that waits for a signature, read before it is chosen, signed under one PIN. */
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTokenScan } from "../features/certificates/useTokenScan";
import { IncomingFiles } from "../features/handOver/IncomingFiles";
import { SigningSheet } from "../features/signing/SigningSheet";
import { Reading } from "../features/toSign/Reading";
import { RegisterNow } from "../features/toSign/RegisterNow";
import styles from "../features/toSign/ToSign.module.css";
import { isOthers, ToSignCard } from "../features/toSign/ToSignCard";
import { host, type DocumentRow, type ToSignGroup, type ToSignItem } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function ToSign() {
  const { t } = useTexts();
  const { scan } = useTokenScan(true);
  const fit = scan?.certificates.filter((one) => one.unfit.length === 0).map((one) => one.id) ?? [];
  const query = useHostQuery("to-sign", () => host.toSign(fit), ["documents-changed"]);
  const { reload, data } = query;
  const at = fit.join();
  useEffect(() => {
    // A token that is put in or taken out changes who may sign, and nothing of what stands there.
    if (at) void reload();
  }, [at, reload]);
  // What was shown of each document when it was chosen.
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [reading, setReading] = useState<ToSignItem | null>(null);
  const [signing, setSigning] = useState<{ rows: DocumentRow[]; shown: ReadonlyMap<string, string> } | null>(null);
  const asked = fit.length > 0;
  const items = data?.groups.flatMap((group) => group.items) ?? [];
  const isChosen = ({ document }: ToSignItem) => document.opened !== null && chosen.get(document.row.id) === document.shown;
  const picked = items.filter((item) => isChosen(item) && !isOthers(item, asked));
  const changed = items.filter(({ document }) => chosen.has(document.row.id) && chosen.get(document.row.id) !== document.shown);
  const choose = useCallback((id: string, shown: string | null) => {
    setChosen((old) => {
      const next = new Map(old);
      if (shown === null) next.delete(id);
      else next.set(id, shown);
      return next;
    });
  }, []);
  const chooseItem = useCallback((item: ToSignItem, on: boolean) => choose(item.document.row.id, on ? item.document.shown : null), [choose]);
  const opened = useCallback(() => void reload(), [reload]);
  const readable = items.filter((item) => item.document.opened !== null && !isOthers(item, asked));
  const all = () => setChosen(new Map(picked.length === readable.length ? [] : readable.map(({ document }) => [document.row.id, document.shown])));
  const sign = () => setSigning({ rows: picked.map(({ document }) => document.row), shown: new Map(picked.map(({ document }) => [document.row.id, document.shown])) });
  return (
    <Page
      title={t("ui.toSign.title")} lead={<p className="muted">{t("ui.toSign.lead")}</p>}
      bar={items.length > 0 && (
        <ActionBar lead={<span role="status">{picked.length > 0 ? t("ui.toSign.signHint") : t("ui.toSign.nothingChosen")}</span>}>
          {readable.length > 0 && <Button variant="default" onClick={all} data-testid="to-sign-all">{t(picked.length === readable.length ? "ui.toSign.chooseNone" : "ui.toSign.chooseRead")}</Button>}
          <Button leftSection={<Icon name="sign" />} disabled={picked.length === 0} onClick={sign} data-testid="to-sign-sign">{t("ui.toSign.sign", { count: picked.length })}</Button>
        </ActionBar>
      )}
    >
      <div className={styles.stack}>
        {query.error && <ErrorNotice error={query.error} onRetry={() => void reload()} />}
        <IncomingFiles onTaken={opened} />
        {data && <RegisterNow items={data.unregistered} onDone={opened} />}
        {changed.length > 0 && (
          <Strip tone="warn" testId="to-sign-changed"><p role="status">{t("ui.toSign.changed", { titles: changed.map(({ document }) => document.row.title).join("; ") })}</p></Strip>
        )}
        {items.length > 0 && scan && !asked && <Strip tone="info" icon="token" testId="to-sign-no-token"><p>{t("ui.toSign.noToken")}</p></Strip>}
        {!data && !query.error && <Loading rows={4} height={92} />}
        {data && items.length === 0 && <Empty icon="sign" title={t("ui.toSign.empty.title")}>{t("ui.toSign.empty.text")}</Empty>}
        {data?.groups.map((group) => <Group key={group.kind} group={group} asked={asked} isChosen={isChosen} onChoose={chooseItem} onOpen={setReading} />)}
        {data?.more && <p className="muted">{t("ui.toSign.more")}</p>}
      </div>
      <Reading item={reading} others={reading !== null && isOthers(reading, asked)} onOpened={opened} onChoose={choose} onClose={() => setReading(null)} />
      <SigningSheet
        documents={signing?.rows ?? null} {...(signing ? { shown: signing.shown } : {})}
        onClose={() => {
          setSigning(null);
          setChosen(new Map());
          void reload();
        }}
      />
    </Page>
  );
}

type GroupProps = { group: ToSignGroup; asked: boolean; isChosen: (item: ToSignItem) => boolean; onChoose: (item: ToSignItem, on: boolean) => void; onOpen: (item: ToSignItem) => void };

function Group({ group, asked, isChosen, onChoose, onOpen }: GroupProps) {
  const { t } = useTexts();
  return (
    <section className={styles.group} aria-labelledby={`to-sign-${group.kind}`} data-testid={`to-sign-group-${group.kind}`}>
      <h2 id={`to-sign-${group.kind}`}>{t(`ui.toSign.groups.${group.kind}`)}: {group.items.length}</h2>
      <ul className={styles.list}>
        {group.items.map((item) => <ToSignCard key={item.document.row.id} item={item} chosen={isChosen(item)} asked={asked} onChoose={onChoose} onOpen={onOpen} />)}
      </ul>
    </section>
  );
}
