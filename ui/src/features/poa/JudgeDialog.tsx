/** «May this person sign such a document?», answered with every reason. */
import { Button, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { host, type PoaAsk, type PoaCard, type PoaJudgement, type PoaReason } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import type { IconName } from "../../shared/Icon";
import { Label, type Tone } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useTokenScan } from "../certificates/useTokenScan";
import styles from "./Poa.module.css";
import { shortNumber } from "./states";

const verdicts: Record<string, { tone: Tone; icon: IconName }> = {
  allowed: { tone: "ok", icon: "ok" }, "not-allowed": { tone: "bad", icon: "stop" }, "cannot-tell": { tone: "warn", icon: "question" },
};
const weights: Record<string, Tone> = { bar: "bad", doubt: "warn", note: "info" };

export function JudgeDialog({ card, onClose }: { card: PoaCard; onClose: () => void }) {
  const { t } = useTexts();
  const { scan } = useTokenScan(false);
  const [who, setWho] = useState("r/0");
  const [format, setFormat] = useState(card.formats[0]?.code ?? "");
  const judge = useAction(async () => {
    const [kind, which = ""] = [who.slice(0, 1), who.slice(2)];
    const ask: PoaAsk = { certificate: kind === "c" ? which : null, representative: kind === "r" ? Number(which) : null, format: format || null };
    return host.judgePoa(card.row.number, ask);
  });
  const [judged, setJudged] = useState<PoaJudgement | null>(null);
  const ask = async () => setJudged(await judge.run());
  const changed = (set: (value: string) => void) => (value: string) => {
    set(value);
    setJudged(null);
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t("ui.poas.judge.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="judge-dialog">
      <div className={styles.stack}>
        <NativeSelect
          label={t("ui.poas.judge.who")} value={who} onChange={(event) => changed(setWho)(event.currentTarget.value)} data-testid="judge-who"
          data={[
            { group: t("ui.poas.judge.named"), items: card.representatives.map(({ name }, index) => ({ value: `r/${index}`, label: name })) },
            { group: t("ui.poas.judge.certificates"), items: (scan?.certificates ?? []).map(({ id, holder, notAfter }) => ({ value: `c/${id}`, label: t("ui.poas.judge.certificate", { holder, until: notAfter.slice(0, 10) }) })) },
          ]}
        />
        <NativeSelect
          label={t("ui.poas.judge.what")} value={format} onChange={(event) => changed(setFormat)(event.currentTarget.value)} data-testid="judge-what"
          data={[...card.formats.map(({ code, name }) => ({ value: code, label: name })), { value: "", label: t("ui.poas.judge.anything") }]}
        />
        {judge.error && <ErrorNotice error={judge.error} onClose={judge.clear} />}
        {judged && <Answer judged={judged} number={card.row.number} />}
        <div className={styles.buttons}>
          <Button onClick={() => void ask()} loading={judge.busy} data-testid="judge-ask">{t("ui.poas.judge.ask")}</Button>
          <Button variant="default" onClick={onClose}>{t("ui.close")}</Button>
        </div>
      </div>
    </Modal>
  );
}

function Answer({ judged, number }: { judged: PoaJudgement; number: string }) {
  const { t } = useTexts();
  const look = verdicts[judged.verdict] ?? verdicts["cannot-tell"]!;
  return (
    <div className={styles.part} role="status" data-testid="judgement" data-verdict={judged.verdict}>
      <p className={styles.verdict}><Label tone={look.tone} icon={look.icon}>{t(`ui.poas.judge.verdict.${judged.verdict}`)}</Label></p>
      {judged.reasons.length === 0 && <p className="muted">{t("ui.poas.judge.noReasons")}</p>}
      <ul className={styles.reasons}>{judged.reasons.map((reason, index) => <Reason key={index} reason={reason} own={number} />)}</ul>
    </div>
  );
}

function Reason({ reason, own }: { reason: PoaReason; own: string }) {
  const { t, coded } = useTexts();
  return (
    <li className={styles.reason} data-code={reason.code} data-weight={reason.weight}>
      <Label tone={weights[reason.weight] ?? "info"}>{t(`ui.poas.judge.weight.${reason.weight}`)}</Label>
      <span>{coded("poa.reasons", { code: reason.code.replace(/^poa\./, ""), params: reason.params })}</span>
      {reason.number !== own && <span className="muted small">{t("ui.poas.judge.of", { number: shortNumber(reason.number) })}</span>}
    </li>
  );
}
