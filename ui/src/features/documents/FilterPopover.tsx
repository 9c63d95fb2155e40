/** What the list is narrowed to besides state and words: kind of document, period, signature; and its order. */
import { Button, Checkbox, NativeSelect, Popover, SegmentedControl } from "@mantine/core";
import { host, type Order } from "../../ipc";
import { Fieldset } from "../../shared/Fieldset";
import { Icon } from "../../shared/Icon";
import { PeriodField } from "../../shared/PeriodField";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Documents.module.css";
import { countFilters, noFilters, orders, type Filters } from "./search";

type Props = { filters: Filters; onFilters: (filters: Filters) => void; order: Order; onOrder: (order: Order) => void };

export function FilterPopover(props: Props) {
  const { t } = useTexts();
  const count = countFilters(props.filters);
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="settings" size={16} />} data-testid="filters">
          {t("ui.documents.filters.button")}{count > 0 && ` · ${count}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("ui.documents.filters.label")} className={styles.filters ?? ""}>
        <Controls {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Controls({ filters, onFilters, order, onOrder }: Props) {
  const { t } = useTexts();
  const signed = filters.signed === null ? "any" : filters.signed ? "yes" : "no";
  return (
    <div className={styles.controls}>
      <NativeSelect
        label={t("ui.documents.order.label")} value={order} onChange={(event) => onOrder(event.currentTarget.value as Order)} data-testid="documents-order"
        data={orders.map((value) => ({ value, label: t(`ui.documents.order.${value}`) }))}
      />
      <Fieldset legend={t("ui.documents.filters.signed.label")}>
        <SegmentedControl
          fullWidth size="xs" value={signed} onChange={(value) => onFilters({ ...filters, signed: value === "any" ? null : value === "yes" })}
          aria-label={t("ui.documents.filters.signed.label")} data-testid="documents-signed"
          data={["any", "yes", "no"].map((value) => ({ value, label: t(`ui.documents.filters.signed.${value}`) }))}
        />
      </Fieldset>
      <PeriodField label={t("ui.documents.filters.added")} days={filters.added} onChange={(added) => onFilters({ ...filters, added })} testId="documents-added" />
      <PeriodField label={t("ui.documents.filters.updated")} days={filters.updated} onChange={(updated) => onFilters({ ...filters, updated })} testId="documents-updated" />
      <Kinds chosen={filters.formats} onChange={(formats) => onFilters({ ...filters, formats })} />
      <Button variant="subtle" size="compact-sm" disabled={countFilters(filters) === 0} onClick={() => onFilters(noFilters)} data-testid="filters-clear">
        {t("ui.documents.filters.clear")}
      </Button>
    </div>
  );
}

function Kinds({ chosen, onChange }: { chosen: string[]; onChange: (formats: string[]) => void }) {
  const { t, number } = useTexts();
  const kinds = useHostQuery("formats", host.documentFormats, ["documents-changed"]);
  return (
    <Checkbox.Group label={t("ui.documents.filters.kind")} value={chosen} onChange={onChange}>
      <div className={styles.kinds}>
        {kinds.data?.length === 0 && <span className="muted small">{t("ui.documents.filters.noKinds")}</span>}
        {kinds.data?.map((kind) => (
          <Checkbox
            key={kind.format} size="xs" value={kind.format} data-testid={`kind-${kind.format}`}
            label={t("ui.documents.filters.kindCount", { name: kind.name, formatted: number(kind.documents) })}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
