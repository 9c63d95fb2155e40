/** Why a token that only stores its key cannot be used here, and every way on. */
import { Button } from "@mantine/core";
import type { TokenView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import styles from "./Tokens.module.css";

type Props = { makers: readonly TokenView[]; onOrder: (token: TokenView) => void };

/** `makers`: tokens that are plugged in and make keys. */
export function PassiveNote({ makers, onOrder }: Props) {
  const { t } = useTexts();
  return (
    <Strip tone="info" testId="passive-note">
      <p><b>{t("ui.tokens.passive.title")}</b></p>
      <p>{t("ui.tokens.passive.why")}</p>
      <p>{t("ui.tokens.passive.ways")}</p>
      <ul className={styles.ways}>
        <li>{t("ui.tokens.passive.active")}</li>
        <li>
          {t("ui.tokens.passive.newKey")}
          {makers.map((token) => (
            <div key={token.id}>
              <Button variant="default" size="compact-sm" leftSection={<Icon name="plus" size={14} />} onClick={() => onOrder(token)} data-testid={`passive-order-${token.id}`}>
                {t("ui.tokens.passive.orderOn", { label: token.label })}
              </Button>
            </div>
          ))}
        </li>
        <li>{t("ui.tokens.passive.centre")}</li>
        <li>{t("ui.tokens.passive.csp")}</li>
        <li>{t("ui.tokens.passive.elsewhere")} <a href={`#${paths.verify}`}>{t("ui.tokens.passive.verify")}</a></li>
      </ul>
    </Strip>
  );
}
