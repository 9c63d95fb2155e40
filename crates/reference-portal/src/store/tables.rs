//! Whose tables there are. A module adds a line here and a file in `tables/`.

use super::database::Tables;

/// Made at every start, in this order.
pub(super) const ALL: &[Tables] = &[
    Tables {
        sql: include_str!("tables/orders.sql"),
        emptied: &["results", "files", "parts", "history", "orders"],
        // Numbers look like the portal's: large, and those of history entries never equal to those of orders.
        numbered: &[("orders", 764_000_000), ("history", 12_900_000_000)],
    },
    Tables {
        sql: include_str!("tables/revocations.sql"),
        emptied: &["revocations"],
        numbered: &[],
    },
    super::cabinet::TABLES,
    Tables {
        sql: include_str!("tables/esia.sql"),
        emptied: &["esia_records"],
        numbered: &[],
    },
    Tables {
        sql: include_str!("tables/poa.sql"),
        emptied: &["poa_files", "hand_overs", "hand_overs_taken"],
        numbered: &[],
    },
];
