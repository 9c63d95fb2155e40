/** One token, key file or store: what it is, how its PIN stands, what can be done, and the certificates on it. */
import type { CertificateView, LoneKeyView, TokenView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Facts, Label, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { CertificateLine } from "./CertificateLine";
import { PassiveNote } from "./PassiveNote";
import { PinNotes } from "./PinNotes";
import { TokenActions } from "./TokenActions";
import styles from "./Tokens.module.css";

/** `certificates`: of all tokens. `makers`: tokens that make keys. */
type Props = {
  token: TokenView; certificates: readonly CertificateView[]; loneKeys: readonly LoneKeyView[]; makers: readonly TokenView[];
  onChanged: () => void; onOrder: (token: TokenView) => void; onRenew: (certificate: CertificateView) => void;
};

export function TokenBlock({ token, certificates, loneKeys, makers, onChanged, onOrder, onRenew }: Props) {
  const { t } = useTexts();
  const id = `token-${token.id}`;
  const isToken = token.holder === "token";
  const own = certificates.filter((one) => one.token?.id === token.id);
  // One line a key: what another token has too stands there.
  const elsewhere = certificates.filter((one) => one.token?.id !== token.id && one.also.some((other) => other.tokenId === token.id));
  return (
    <section className={styles.block} aria-labelledby={id} data-testid={id}>
      <div className={styles.token}>
        <div className={styles.head}>
          <Icon name={isToken ? "token" : token.holder === "key-file" ? "documents" : "shield"} size={22} />
          <h2 id={id}>{token.label}</h2>
        </div>
        {!isToken && <p className="muted">{t(`ui.tokens.holder.${token.holder}`)}</p>}
        {isToken && (
          <Facts
            rows={[
              [t("ui.tokens.model"), token.model],
              [t("ui.tokens.manufacturer"), token.manufacturer],
              [t("ui.tokens.serial"), token.serial && <span key="serial" className="mono">{token.serial}</span>],
              [t("ui.tokens.reader"), token.reader],
              [t("ui.tokens.firmware"), token.firmware],
            ]}
          />
        )}
        {isToken && !token.blank && <PinNotes token={token} />}
        {!token.blank && <TokenActions token={token} onChanged={onChanged} onOrder={() => onOrder(token)} />}
      </div>
      <div className={styles.contents}>
        {token.blank && <Strip tone="info" testId="blank-note"><p>{t("ui.tokens.blank")}</p></Strip>}
        {token.passive && !token.blank && <PassiveNote makers={makers} onOrder={onOrder} />}
        {!token.blank && <h3>{t("ui.tokens.certificates")}{own.length > 0 && <span className="muted"> {own.length}</span>}</h3>}
        {own.length + elsewhere.length === 0 && !token.blank && <p className="muted">{t(token.makes.length > 0 ? "ui.tokens.noneButMakes" : "ui.tokens.none")}</p>}
        {own.length > 0 && (
          <div className={styles.lines}>
            {own.map((certificate) => <CertificateLine key={certificate.id} certificate={certificate} onRenew={() => onRenew(certificate)} />)}
          </div>
        )}
        {elsewhere.map((one) => (
          <p key={one.id} className="muted small" data-testid={`elsewhere-${one.id}`}>{t("ui.tokens.elsewhere", { holder: one.holder, label: one.token?.label })}</p>
        ))}
        {loneKeys.length > 0 && <LoneKeys keys={loneKeys} />}
      </div>
    </section>
  );
}

function LoneKeys({ keys }: { keys: readonly LoneKeyView[] }) {
  const { t } = useTexts();
  return (
    <div data-testid="lone-keys">
      <ul>
        {keys.map((key, index) => (
          <li key={index}><Label tone="info" icon="clock">{t("ui.tokens.loneKey", { label: key.label || t("ui.tokens.noName") })}</Label></li>
        ))}
      </ul>
      <p className="muted small">{t("ui.tokens.loneKeyTodo")}</p>
    </div>
  );
}
