/** Verifying without a vault: nobody needs an organisation to look at a signature. */
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/Icon";
import { paths } from "../shared/router";
import { Verify } from "./Verify";
import styles from "./VerifyAlone.module.css";

export function VerifyAlone() {
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <Verify above={<a className={styles.back} href={`#${paths.today}`} data-testid="verify-back"><Icon name="back" size={15} /> {t("ui.verify.back")}</a>} />
    </main>
  );
}

export function VerifyLink() {
  const { t } = useTranslation();
  return <p className="small"><a href={`#${paths.verify}`} data-testid="go-verify">{t("ui.verify.open")}</a></p>;
}
