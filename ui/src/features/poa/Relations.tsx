/** Which others it belongs to, and which documents are signed under it. */
import type { PoaCard, PoaRow } from "../../ipc";
import { Card } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";
import { holdersOf, PoaState, shortNumber } from "./states";

export function Relations({ card }: { card: PoaCard }) {
  const { t } = useTexts();
  const groups: [string, PoaRow[]][] = [
    ["chain", card.chain], ["children", card.children],
    ["supersedes", card.supersedes ? [card.supersedes] : []], ["supersededBy", card.supersededBy ? [card.supersededBy] : []],
  ];
  const chosen = card.formats.filter((format) => card.chosenFor.includes(format.code));
  if (groups.every(([, rows]) => rows.length === 0) && chosen.length === 0) return null;
  return (
    <Card testId="poa-relations">
      <div className={styles.part}>
        {groups.map(([name, rows]) => rows.length > 0 && (
          <section key={name} className={styles.part} aria-labelledby={`poa-${name}`}>
            <h2 id={`poa-${name}`}>{t(`ui.poas.relations.${name}`)}</h2>
            <ul className={styles.links} data-testid={`poa-${name}`}>
              {rows.map((row) => (
                <li key={row.number} className={styles.link}>
                  <span><a href={`#${paths.poa(row.number)}`} title={row.number}>№ {shortNumber(row.number)}</a> {holdersOf(row)}</span>
                  <PoaState row={row} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {chosen.length > 0 && (
          <section className={styles.part} aria-labelledby="poa-chosen">
            <h2 id="poa-chosen">{t("ui.poas.relations.chosen")}</h2>
            <ul className={styles.links} data-testid="poa-chosen-for">{chosen.map((format) => <li key={format.code}>{format.name}</li>)}</ul>
          </section>
        )}
      </div>
    </Card>
  );
}
