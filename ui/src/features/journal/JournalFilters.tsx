/** What the journal is narrowed to besides words: what it is about, who, when. */
import { Button, NativeSelect, Popover } from "@mantine/core";
import { host, type JournalTopic } from "../../ipc";
import { Chips } from "../../shared/Chips";
import { Icon } from "../../shared/Icon";
import { anyDay, isChosen, PeriodField, periodText } from "../../shared/PeriodField";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Journal.module.css";
import { countFilters, everything, topics, type Selection } from "./place";
import { actorName } from "./words";

type Props = { selection: Selection; onSelect: (selection: Selection) => void };

export function JournalFilters(props: Props) {
  const { t } = useTexts();
  const count = countFilters(props.selection);
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="settings" size={16} />} data-testid="journal-filters">
          {t("ui.journal.filters.button")}{count > 0 && ` · ${count}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("ui.journal.filters.label")} className={styles.filters ?? ""}>
        <Controls {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Names stand behind a sign, since an empty one is the program and not anybody. */
const SIGN = "=";

function Controls({ selection, onSelect }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const actors = useHostQuery("journal-actors", host.journalActors);
  const names = actors.data ?? (selection.actor === null ? [] : [selection.actor]);
  return (
    <div className={styles.controls}>
      <NativeSelect
        label={t("ui.journal.filters.topic")} value={selection.topic ?? ""} data-testid="journal-topic" data-autofocus
        onChange={(event) => onSelect({ ...selection, topic: (event.currentTarget.value || null) as JournalTopic | null })}
        data={[{ value: "", label: t("ui.journal.filters.anything") }, ...topics.map((value) => ({ value, label: t(`ui.journal.topics.${value}`) }))]}
      />
      <NativeSelect
        label={t("ui.journal.filters.actor")} value={selection.actor === null ? "" : SIGN + selection.actor} data-testid="journal-actor"
        onChange={(event) => onSelect({ ...selection, actor: event.currentTarget.value === "" ? null : event.currentTarget.value.slice(SIGN.length) })}
        data={[{ value: "", label: t("ui.journal.filters.anybody") }, ...names.map((name) => ({ value: SIGN + name, label: actorName(texts, name) }))]}
      />
      <PeriodField label={t("ui.journal.filters.period")} days={selection.period} onChange={(period) => onSelect({ ...selection, period })} testId="journal-period" />
      <Button
        variant="subtle" size="compact-sm" disabled={countFilters(selection) === 0} onClick={() => onSelect({ ...everything, text: selection.text })}
        data-testid="journal-filters-clear"
      >
        {t("ui.journal.filters.clear")}
      </Button>
    </div>
  );
}

/** The filters that are chosen, each with a way to take it off. */
export function JournalChips({ selection, onSelect }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { topic, actor, period } = selection;
  const chips: [string, Selection][] = [];
  if (topic !== null) chips.push([t(`ui.journal.topics.${topic}`), { ...selection, topic: null }]);
  if (actor !== null) chips.push([actorName(texts, actor), { ...selection, actor: null }]);
  if (isChosen(period)) chips.push([periodText(texts, t("ui.journal.filters.period"), period), { ...selection, period: anyDay }]);
  return <Chips label={t("ui.journal.filters.chips")} testId="journal-chips" chips={chips} onChoose={onSelect} />;
}
