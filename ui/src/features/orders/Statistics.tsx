/** How much each service is used, for whom the role lets see it. */
import { Modal, Table } from "@mantine/core";
import { useState } from "react";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Empty, Loading } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { PermittedButton } from "../cabinet/Permitted";

export function Statistics() {
  const { t } = useTexts();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <PermittedButton permission="statistics.view" variant="default" onClick={() => setOpened(true)} data-testid="statistics">{t("ui.orders.statistics.button")}</PermittedButton>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t("ui.orders.statistics.title")} size="xl" closeButtonProps={{ "aria-label": t("ui.close") }}>
        <Uses />
      </Modal>
    </>
  );
}

function Uses() {
  const { t, date, number } = useTexts();
  const query = useHostQuery("service-statistics", () => host.serviceStatistics(), ["orders-changed"]);
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (!query.data) return <Loading rows={4} />;
  if (query.data.length === 0) return <Empty icon="documents" title={t("ui.orders.none.title")}>{t("ui.orders.none.text")}</Empty>;
  return (
    <>
      <p className="muted small">{t("ui.orders.statistics.lead")}</p>
      <Table data-testid="statistics-table" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(["service", "orders", "open", "last"] as const).map((column) => (
              <Table.Th key={column} style={{ whiteSpace: "nowrap" }} ta={column === "orders" || column === "open" ? "right" : "left"}>{t(`ui.orders.statistics.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {query.data.map((use) => (
            <Table.Tr key={use.code}>
              <Table.Td>{use.title}</Table.Td>
              <Table.Td ta="right">{number(use.orders)}</Table.Td>
              <Table.Td ta="right">{number(use.open)}</Table.Td>
              <Table.Td>{date(use.last)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
